"""A look at an article before it is stored: a button of the form posts it here, and the answer opens in a tab of its
own, so that nothing that was typed is lost."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from articles.models import Article
from articles.writing.reading_level import level_of
from crpsinfo.caching import private_page

TEXTS = {"title", "summary", "body"}


class Preview:
    """The part of the ArticleAdmin that shows previews."""

    change_form_template = "admin/articles/article/change_form.html"

    def get_urls(self):
        preview = require_POST(private_page(self.admin_site.admin_view(self.preview)))
        own = [
            path("preview/", preview, name="articles_article_preview"),
            path("<path:object_id>/preview/", preview, name="articles_article_preview_changed"),
        ]
        return own + super().get_urls()

    def preview(self, request, object_id=None):
        """The article as it was typed, with all that the form would say about it."""
        article = self.article_to_change(request, object_id) if object_id else self.new_article(request)
        make_form = self.get_form(request, article if object_id else None, change=bool(object_id))
        form = make_form(request.POST, instance=article)
        form.is_valid()
        article = form.instance
        for name in TEXTS & form.errors.keys():  # shown all the same: the preview says what is wrong with it
            setattr(article, name, request.POST.get(name, ""))
        article.derive()
        topics = form.cleaned_data.get("topics", [])
        context = {"article": article, "topics": topics, "errors": form.errors, "level": level_of(article.html)}
        return render(request, "admin/articles/article/preview.html", context)

    def article_to_change(self, request, object_id):
        self.refuse_nonsense(object_id)
        article = self.get_object(request, object_id)
        if article is None:
            raise Http404("There is no such article.")
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def new_article(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return Article()
