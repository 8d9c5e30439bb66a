"""Where readers find comments: under their article, in a long thread's own pages, at their permanent links."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from articles.views import published_article
from comments.cards import html_of
from comments.discussion import address_of, talk_of, thread_talk
from comments.frames import frame_of
from comments.models import Comment
from comments.views.posting import form_facts
from crpsinfo.caching import public_page

NO_INDEX = '<meta name="robots" content="noindex">'


@public_page(parameters=["page"])
def article(request, slug):
    """The article's page: the text, one page of its threads, and the reply form."""
    frame = frame_of(request, slug)
    page, entries = talk_of(frame.article, request.GET.get("page"))
    comments = html_of(entries, frame.article, frame.comments_open)
    context = {"page": page, "comments": comments, "comments_open": frame.comments_open}
    talk = render_to_string("comments/_talk.html", context, request)
    robots = NO_INDEX if page.number > 1 else ""
    return HttpResponse(frame.filled({"robots": robots, "count": str(page.comments), "talk": talk}))


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
