"""The form in which an article is written: what is wrong with the text is said before anything is stored."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from simple_history.models import to_historic

from articles.markdown import render
from articles.models import Article, Format, Kind, OldAddress, Status
from articles.writing.links import dead_links
from articles.writing.markup import markup_troubles
from articles.writing.pictures import picture_troubles, pictures_of_html, pictures_of_text

PUBLISH, SCHEDULE, UNPUBLISH = "publish", "schedule", "unpublish"
DECISIONS = {
    PUBLISH: "Publish now",
    SCHEDULE: "Publish at the time below",
    UNPUBLISH: "Take back to draft",
}
OFFERED = {
    Status.DRAFT: (PUBLISH, SCHEDULE),
    Status.SCHEDULED: (PUBLISH, SCHEDULE, UNPUBLISH),
    Status.PUBLISHED: (UNPUBLISH,),
}


class ArticleForm(forms.ModelForm):
    may_decide = False  # whether the user may change the status: each request has a class of its own
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the version that the form was made from
    decision = forms.ChoiceField(required=False, label="Change the status")
    publish_on = forms.DateTimeField(
        required=False,
        label="Publish at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="In UTC. Only with the choice above.",
    )

    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name them

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].disabled = not self.may_decide
        self.newest = Article.history.filter(id=self.instance.pk).order_by("-history_id").first()
        self.fields["seen"].initial = self.newest and self.newest.pk
        if version := to_historic(self.instance):  # an older version brings its topics along
            self.initial["topics"] = [row.topic_id for row in version.topics.all()]
        status = Article.objects.filter(pk=self.instance.pk).values_list("status", flat=True).first()
        offered = OFFERED[status or Status.DRAFT]
        self.fields["decision"].choices = [("", "Leave it as it is"), *((name, DECISIONS[name]) for name in offered)]

    def clean(self):
        data = super().clean()
        self.check_version(data.get("seen"))
        if data.get("decision") == SCHEDULE:
            self.check_time(data.get("publish_on"))
        if data.get("body"):
            self.check_text(data["body"])
        return data

    def clean_body(self):
        """With the ends of lines as our own files have them, whatever the browser sends: else each save would be a
        change of every line."""
        return self.cleaned_data["body"].replace("\r\n", "\n")

    def clean_slug(self):
        """An address that leads to another article already, or led there, stays that one's."""
        slug = self.cleaned_data["slug"]
        others = OldAddress.objects.exclude(article=self.instance.pk or 0)
        if others.filter(path=f"/articles/{slug}").exists():
            raise ValidationError("This address leads to another article, which had it before.", code="taken")
        return slug

    def check_version(self, seen):
        """Whoever saved meanwhile is not undone unawares. The next press saves all the same."""
        if self.newest is None or seen in (None, self.newest.pk):
            return
        who, when = self.newest.history_user or "Somebody", self.newest.history_date
        message = (
            f"{who} changed this article at {when:%-d %b %Y %H:%M} UTC, after you opened it. What you typed is below; "
            "what is stored now stands under History. Save again to put yours in its place."
        )
        self.add_error(None, ValidationError(message, code="changed"))
        self.data = self.data.copy()
        self.data["seen"] = self.newest.pk

    def check_time(self, publish_on):
        if "publish_on" not in self.errors and (publish_on is None or publish_on <= timezone.now()):
            self.add_error("publish_on", ValidationError("Give a time in the future.", code="not_in_the_future"))

    def check_text(self, body):
        """Dead links and pictures without words are errors: a reader could do nothing about them."""
        text_format = self.instance.text_format
        html = render(body, text_format).html
        shown = pictures_of_text(body) if text_format == Format.MARKDOWN else pictures_of_html(html)
        troubles = [f"Link {link}." for link in dead_links(html, self.own_path())]
        if text_format == Format.MARKDOWN:
            troubles += markup_troubles(body)
        for trouble in [*troubles, *(f"Picture {trouble}" for trouble in picture_troubles(shown))]:
            self.add_error("body", ValidationError(trouble, code="dead_link"))

    def own_path(self):
        slug = self.cleaned_data.get("slug") or self.instance.slug
        return (
            f"/articles/{slug}/" if self.cleaned_data.get("kind", self.instance.kind) == Kind.ARTICLE else f"/{slug}/"
        )
