from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from articles.markdown import render, word_count
from articles.models.correction import Correction
from articles.models.old_address import OldAddress
from articles.models.topic import Topic
from crpsinfo import search
from crpsinfo.rows import Rows

CREDIT = "CRPS Info editors"
WORDS_PER_MINUTE = 200
OLD_AFTER = timedelta(days=730)
# Names of routes.
PAGES = ("about", "accessibility", "comments-guidelines", "comments-privacy", "contact", "corrections", "privacy")
RELATED = 3
LINK = ("kind", "slug", "title", "summary")  # what a link with a line about it shows
DERIVED = ("html", "toc", "words")  # what follows from the text
TELLING = {"title", "summary", "body", "status"}  # what readers would call a change of an article
RESERVED = ("topics",)  # what follows /articles/ for other reasons


class Kind(models.TextChoices):
    ARTICLE = "article", "Article"
    PAGE = "page", "Page"  # stands at a fixed address of its own, such as /about/


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"  # the periodic job `articles.publishing.publish_due` publishes it
    PUBLISHED = "published", "Published"


class Format(models.TextChoices):
    MARKDOWN = "markdown", "Markdown"
    HTML = "html", "HTML"  # what came from elsewhere and says more than Markdown can


class ArticleQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def due(self):
        """Scheduled, and the time has come."""
        return self.filter(status=Status.SCHEDULED, publish_at__lte=Now())

    def to_be_reviewed(self, by):
        """Published, with a review that is due by that day."""
        return self.published().filter(next_review__lte=by)

    def articles(self):
        return self.filter(kind=Kind.ARTICLE)

    def pages(self):
        return self.filter(kind=Kind.PAGE)

    def ageing(self, days):
        """Published that many days ago, with comments that were never closed because of its age."""
        before = timezone.now() - timedelta(days=days)
        return self.published().filter(comments_open=True, comments_switched_at=None, published_at__lt=before)

    def on(self, topic):
        return self.filter(topics=topic)

    def related_to(self, pk):
        """The others that share a topic with that one, as pairs with a topic: most shared first, then the newest."""
        pairs = self.model.topics.through.objects.filter(Exists(self.filter(pk=OuterRef("article"))))
        columns = [f"article__{name}" for name in (*LINK, "published_at", "pk")]  # all else would make the groups dear
        shared = pairs.filter(topic__articles=pk).exclude(article=pk).values(*columns).annotate(shared=Count("pk"))
        return shared.order_by("-shared", "-article__published_at", "-article__pk")

    def before(self, at, pk):
        """Those published before that one, which was published `at`; the last first."""
        return self.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk)).newest_first()

    def after(self, at, pk):
        """Those published after it, the first first."""
        return self.filter(Q(published_at__gt=at) | Q(published_at=at, pk__gt=pk)).order_by("published_at", "pk")

    def for_reading(self):
        """With all that stands around the text on its page: topics, corrections, what to read on, each as Rows."""
        this, others = (OuterRef("published_at"), OuterRef("pk")), self.model.objects.published().articles()
        return self.defer("body").annotate(
            topic_rows=Rows(Topic.objects.filter(articles=OuterRef("pk")), "name", "slug"),
            correction_rows=Rows(Correction.objects.filter(article=OuterRef("pk")), "on", "text"),
            related_rows=Rows(others.related_to(OuterRef("pk"))[:RELATED], *LINK, of="article__"),
            earlier_rows=Rows(others.before(*this)[:1], *LINK),
            later_rows=Rows(others.after(*this)[:1], *LINK),
        )

    def newest_first(self):
        return self.order_by("-published_at", "-pk")

    def for_list(self):
        """What a list of articles shows: without the texts, with the topics."""
        return self.newest_first().defer("body", *DERIVED).prefetch_related("topics")


class Article(models.Model):
    """A text of the editors, written in Markdown. Its HTML and table of contents are made when it is saved."""

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ARTICLE)
    slug = models.SlugField(max_length=80, unique=True, help_text="The last part of its address.")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=250, help_text="One or two sentences for lists and search engines.")
    body = models.TextField(help_text="Markdown. The title is the only heading of level 1: start with ## headings.")
    text_format = models.CharField(max_length=10, choices=Format.choices, default=Format.MARKDOWN, editable=False)
    html = models.TextField(editable=False)
    toc = models.JSONField(default=list, editable=False)
    words = models.PositiveIntegerField(default=0, editable=False)  # without references and tables
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    publish_at = models.DateTimeField("scheduled for", null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    credit = models.CharField(max_length=120, default=CREDIT, help_text="Who wrote it, as readers see it.")
    reviewed_by = models.CharField(
        max_length=200, blank=True, help_text="A real clinician's name and profession, only if they reviewed this text."
    )
    last_review = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)  # when editors last got a mail about its next review
    comments_open = models.BooleanField(default=True)
    # Closed because of the article's age, or switched by hand: once either has happened, age closes them no more.
    comments_switched_at = models.DateTimeField(null=True, editable=False)
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)  # what load_content last wrote

    objects = ArticleQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=[*DERIVED, "loaded_hash", "reminded_on"], m2m_fields=[topics])

    class Meta:
        ordering = ["title"]
        indexes = [models.Index(fields=["kind", "status", "-published_at"], name="article_listed")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="article_kind"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="article_status"),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="article_published_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SCHEDULED, publish_at__isnull=False)
                | ~Q(status=Status.SCHEDULED) & Q(publish_at=None),
                name="article_scheduled_has_a_time",
            ),
            models.CheckConstraint(condition=Q(text_format__in=Format.values), name="article_text_format"),
        ]
        permissions = [("publish_article", "Can publish and unpublish articles")]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        fields = kwargs.get("update_fields")
        if fields is None or "body" in fields:
            self.derive()
        if fields is not None and not TELLING.isdisjoint(fields):
            kwargs["update_fields"] = {*fields, "updated_at", *(DERIVED if "body" in fields else ())}
        with transaction.atomic():
            super().save(*args, **kwargs)
            search.refresh("article", self.pk)

    def get_absolute_url(self):
        if self.kind == Kind.PAGE:
            return reverse(self.slug)
        return reverse("article", args=[self.slug])

    def delete(self, *args, **kwargs):
        key = self.pk
        with transaction.atomic():
            gone = super().delete(*args, **kwargs)
            search.refresh("article", key)
        return gone

    def clean(self):
        if self.kind == Kind.PAGE and self.slug not in PAGES:
            message = f"A page has one of the site's fixed addresses: {', '.join(PAGES)}."
            raise ValidationError({"slug": ValidationError(message, code="no_such_page")})
        if self.kind == Kind.ARTICLE and self.slug in RESERVED:
            raise ValidationError({"slug": ValidationError("This address is taken.", code="reserved")})
        if self.last_review and self.last_review > timezone.now().date():
            raise ValidationError({"last_review": "A review cannot lie in the future."})
        if self.last_review and self.next_review and self.next_review <= self.last_review:
            raise ValidationError({"next_review": "The next review comes after the last."})

    def derive(self):
        """Make anew what follows from the text."""
        rendered = render(self.body, self.text_format)
        self.html, self.toc, self.words = rendered.html, rendered.toc, word_count(rendered.html)

    @property
    def absolute_url(self):
        """The canonical address, with the site's own scheme and host."""
        return f"{settings.SITE_URL}{self.get_absolute_url()}"

    @property
    def card_url(self):
        """The picture that goes with a link to it."""
        return f"{settings.SITE_URL}{reverse('article-card', args=[self.slug])}"

    @property
    def is_overdue(self):
        """Whether its next review is past."""
        return self.next_review is not None and self.next_review < timezone.now().date()

    @property
    def is_old(self):
        """Whether it is of long ago, and was never reviewed here, as what came from another site."""
        since, today = (self.published_at or timezone.now()).date(), timezone.now().date()
        return self.last_review is None and since < today - OLD_AFTER

    @property
    def reading_minutes(self):
        return max(1, round(self.words / WORDS_PER_MINUTE))

    def publish(self):
        """Show it to readers. An article that is published again keeps its first date."""
        self._set_status(Status.PUBLISHED)

    def publish_if_due(self):
        """Show it, unless an editor took it out of the schedule meanwhile, or put it off."""
        with transaction.atomic():
            if Article.objects.due().select_for_update().filter(pk=self.pk).exists():
                self.publish()

    def schedule(self, at):
        """Have it published at that time, by the periodic job."""
        self._set_status(Status.SCHEDULED, publish_at=at)

    def unpublish(self):
        """Take it back to draft, or out of the schedule."""
        self._set_status(Status.DRAFT)

    def rename(self, slug):
        """Give it another address. Once readers have seen it, the old one leads to the new one."""
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=self.pk)
            if slug != article.slug:
                if article.published_at and article.kind == Kind.ARTICLE:
                    OldAddress.objects.move(f"/articles/{article.slug}", f"/articles/{slug}", article=article)
                else:
                    OldAddress.objects.free(f"/articles/{slug}")
                article.slug = slug
                article.save(update_fields=["slug"])
        self.refresh_from_db()

    def close_comments(self):
        """Because it is old. That happens once: an editor who opens them again has the last word."""
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=self.pk)
            if article.comments_open and article.comments_switched_at is None:  # an editor may have been here meanwhile
                article.comments_open, article.comments_switched_at = False, timezone.now()
                article.save(update_fields=["comments_open", "comments_switched_at"])
        self.refresh_from_db()

    def _set_status(self, status, publish_at=None):
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=self.pk)
            article.status, article.publish_at = status, publish_at
            if status == Status.PUBLISHED:
                article.published_at = article.published_at or timezone.now()
            article.save(update_fields=["status", "published_at", "publish_at"])
        self.refresh_from_db()
