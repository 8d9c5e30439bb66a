from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView

from articles.models import Article
from crpsinfo.caching import public_page
from crpsinfo.paging import one_page


@method_decorator(public_page, name="dispatch")
class ArticleList(ListView):
    queryset = Article.objects.published().articles().for_list()
    template_name = "articles/article_list.html"
    page_size = 20

    def get_context_data(self, **kwargs):
        page = one_page(self.object_list, self.request.GET.get("page"), self.page_size)
        return super().get_context_data(page=page, **kwargs)


@method_decorator(public_page, name="dispatch")
class Page(DetailView):
    """A page at a fixed address, such as /about/. `slug` names it."""

    queryset = Article.objects.published().pages()
    template_name = "articles/page.html"
    slug = None

    def get_object(self, queryset=None):
        return get_object_or_404(self.get_queryset(), slug=self.slug)


@method_decorator(public_page, name="dispatch")
class ArticleDetail(DetailView):
    """One article. Comments belong to another app, which extends this view."""

    queryset = Article.objects.published().articles().prefetch_related("topics")
    template_name = "articles/article_detail.html"
    context_object_name = "article"


def published_article(slug):
    """The published article, or Http404."""
    article = Article.objects.published().articles().filter(slug=slug).first()
    if article is None:
        raise Http404("There is no such article.")
    return article
