from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView

from articles import cards, jsonld
from articles.models import Article, Correction, Picture, Topic
from crpsinfo.caching import public_page
from crpsinfo.paging import one_page

CORRECTIONS_ON_A_PAGE = 50


@method_decorator(public_page(parameters=["page"]), name="dispatch")
class ArticleList(ListView):
    queryset = Article.objects.published().articles().for_list()
    template_name = "articles/article_list.html"
    page_size = 20

    def get_context_data(self, **kwargs):
        page = one_page(self.object_list, self.request.GET.get("page"), self.page_size)
        topics = Topic.objects.in_use()
        return super().get_context_data(page=page, topics=topics, **kwargs)


class TopicPage(ArticleList):
    """The articles on one topic."""

    template_name = "articles/topic.html"

    def get_queryset(self):
        self.topic = get_object_or_404(Topic.objects.in_use(), slug=self.kwargs["slug"])
        return super().get_queryset().on(self.topic)

    def get_context_data(self, **kwargs):
        return super().get_context_data(topic=self.topic, **kwargs)


@method_decorator(public_page, name="dispatch")
class Page(DetailView):
    """A page at a fixed address, such as /about/. `slug` names it."""

    queryset = Article.objects.published().pages()
    template_name = "articles/page.html"
    slug = None

    def get_object(self, queryset=None):
        return get_object_or_404(self.get_queryset(), slug=self.slug)


def article_context(slug, articles):
    """What the page of the article among these shows, but for its comments: those belong to another app. `articles`:
    `for_reading`. Raises Http404."""
    article = get_object_or_404(articles, slug=slug)
    topics = [Topic(**row) for row in article.topic_rows]
    corrections = [Correction(text=row["text"], on=date.fromisoformat(row["on"])) for row in article.correction_rows]
    related, earlier, later = (
        [Article(**row) for row in rows] for rows in (article.related_rows, article.earlier_rows, article.later_rows)
    )
    return {
        "article": article,
        "topics": topics,
        "corrections": corrections,
        "related": related,
        "earlier": next(iter(earlier), None),
        "later": next(iter(later), None),
        "structured": jsonld.of(article, topics),
    }


@public_page
def card(request, slug):
    """The picture that goes with a link to the article."""
    return HttpResponse(cards.drawn(published_article(slug).title), content_type="image/png")


@require_safe
def picture(request, name):
    """`name`: key and size. The same for good: whoever has it need not ask again."""
    key, _, size = name.partition("-")
    found = get_object_or_404(Picture, key=key)
    if size != f"{found.width}x{found.height}":
        raise Http404("There is no such picture.")
    return HttpResponse(
        bytes(found.data),
        content_type="image/webp",
        headers={"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"},
    )


@public_page(parameters=["page"])
def corrections(request):
    """What was wrong in articles, the newest first."""
    listed = Correction.objects.public().for_log()
    page = one_page(listed, request.GET.get("page"), CORRECTIONS_ON_A_PAGE)
    return render(request, "articles/corrections.html", {"page": page})


def published_article(slug):
    """The published article, or Http404. Its text is read when it is asked for, which is rare."""
    article = Article.objects.published().articles().filter(slug=slug).defer("body", "html", "toc").first()
    if article is None:
        raise Http404("There is no such article.")
    return article
