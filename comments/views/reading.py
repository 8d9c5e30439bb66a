"""Where readers find comments: under their article, in a long thread's own pages, at their permanent links."""

from django.shortcuts import get_object_or_404, redirect, render

from articles.views import ArticleDetail, published_article
from comments.cards import html_of
from comments.discussion import address_of, talk_of, thread_talk
from comments.models import Comment
from comments.views.posting import empty_form, form_facts
from crpsinfo.caching import public_page


class ArticleWithComments(ArticleDetail):
    """The article's page: the text, one page of its threads, and the reply form."""

    template_name = "comments/article.html"

    def get_context_data(self, **kwargs):
        page, entries = talk_of(self.object, self.request.GET.get("page"))
        facts = form_facts(self.object)
        return super().get_context_data(
            page=page,
            comments=html_of(entries, self.object, facts["comments_open"]),
            comment_count=self.object.comments.public().count(),
            comments_open=facts["comments_open"],
            reply_form=empty_form(self.object, facts),
            **kwargs,
        )


@public_page(parameters=["page"])
def thread(request, slug, pk):
    """A thread that is too long for the article's page, on pages of its own."""
    article = published_article(slug)
    root = get_object_or_404(article.comments.threads(), pk=pk)
    page, entries = thread_talk(root, request.GET.get("page"))
    comments = html_of(entries, article, form_facts(article)["comments_open"])
    context = {"article": article, "root": root, "page": page, "comments": comments}
    return render(request, "comments/thread.html", context)


@public_page
def comment(request, pk):
    """The permanent link: to the page and place where the comment is shown now."""
    comment = get_object_or_404(Comment.objects.readable().select_related("article", "root"), pk=pk)
    return redirect(address_of(comment))
