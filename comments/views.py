from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from articles.views import ArticleDetail, published_article
from comments.discussion import address_of, talk_of, thread_talk
from comments.forms import CommentForm
from comments.models import Comment, CommentSettings
from comments.moves import Conflict
from comments.posting import post
from crpsinfo.caching import mark_private, private_page, public_page
from crpsinfo.limits import TooMany
from crpsinfo.security import tokenless_post
from crpsinfo.spam import get_checker


class ArticleWithComments(ArticleDetail):
    """The article's page: the text, one page of its threads, and the reply form."""

    template_name = "comments/article.html"

    def get_context_data(self, **kwargs):
        page, entries = talk_of(self.object, self.request.GET.get("page"))
        form = form_context(self.object, CommentForm(article=self.object))
        count = self.object.comments.public().count()
        return super().get_context_data(page=page, entries=entries, comment_count=count, **form)


@public_page
def thread(request, slug, pk):
    """A thread that is too long for the article's page, on pages of its own."""
    article = published_article(slug)
    root = get_object_or_404(article.comments.threads(), pk=pk)
    page, entries = thread_talk(root, request.GET.get("page"))
    context = {"article": article, "root": root, "page": page, "entries": entries, **form_context(article)}
    return render(request, "comments/thread.html", context)


@tokenless_post
@require_http_methods(["GET", "HEAD", "POST"])
def post_comment(request, slug):
    """POST takes a comment and answers 303 to its receipt. GET shows the form alone, for `?parent=` a reply."""
    article = published_article(slug)
    if request.method != "POST":
        return blank_form(request, article=article)
    form = CommentForm(request.POST, article=article)
    if not form_context(article)["comments_open"]:
        return refused(request, form, 403)
    if not form.is_valid():
        return refused(request, form, 400)
    try:
        comment = post(form.instance, request)
    except TooMany as limit:
        form.add_error(None, str(limit))
        response = refused(request, form, 429)
        response.headers["Retry-After"] = str(limit.retry_after)
        return response
    return HttpResponseRedirect(comment.get_receipt_url(), status=303)


@public_page
def blank_form(request, *, article):
    number = request.GET.get("parent")
    parent = None
    if number is not None:
        known = number.isascii() and number.isdigit() and len(number) < 19
        parent = get_object_or_404(article.comments.public(), pk=number if known else None)
    form = CommentForm(article=article, initial={"parent": parent})
    return render(
        request, "comments/form_page.html", {"article": article, "parent": parent, **form_context(article, form)}
    )


def refused(request, form, status):
    """The form again with everything that was typed, and what is wrong."""
    article = form.instance.article
    parent = form.cleaned_data.get("parent") if hasattr(form, "cleaned_data") else None
    context = {"article": article, "parent": parent, **form_context(article, form)}
    return mark_private(render(request, "comments/form_page.html", context, status=status))


def form_context(article, form=None):
    """What the reply form's template needs."""
    switch, checker = CommentSettings.current(), get_checker()
    return {
        "form": form,
        "comments_open": article.comments_open and switch.open,
        "closed_note": "" if switch.open else switch.note,
        "checker": checker,
        "publishes": checker.configured and settings.COMMENT_POLICY == "publish-ham",
    }


@public_page
def comment(request, pk):
    """The permanent link: to the page and place where the comment is shown now."""
    comment = get_object_or_404(Comment.objects.readable().select_related("article", "root"), pk=pk)
    return redirect(address_of(comment))


# --- The writer's private page ---------------------------------------------------------------------


def keyed(view):
    """For addresses that hold the receipt's key. The key protects them, and is all that does: no cross-site check (on a
    page without referrer browsers send `Origin: null`), no keeping, and no link may carry the address away."""

    @csrf_exempt
    @private_page
    @wraps(view)
    def inner(request, key, **kwargs):
        comment = get_object_or_404(Comment.objects.select_related("article"), receipt_key=key)
        response = view(request, comment, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return inner


@keyed
@require_safe
def receipt(request, comment):
    """What became of a comment, for whoever has its key."""
    return receipt_page(request, comment, status=410 if comment.erased_at else 200)


@keyed
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, comment, verb):
    """POST withdraws the comment, or takes that back. GET, as after a reload, leads to the receipt."""
    if request.method != "POST":
        return redirect(comment.get_receipt_url())
    try:
        {"withdraw": comment.withdraw, "restore": comment.restore}[verb]()
    except Conflict:
        comment.refresh_from_db()
        return receipt_page(request, comment, status=409, conflict=True)
    return HttpResponseRedirect(comment.get_receipt_url(), status=303)


def receipt_page(request, comment, *, status, conflict=False):
    days = settings.COMMENT_RETENTION_DAYS["withdrawn"]
    context = {
        "comment": comment,
        "article": comment.article,
        "conflict": conflict,
        "checker": get_checker(),
        "restore_until": comment.status_at + timedelta(days=days),
        "days_to_undo": days,
    }
    return render(request, "comments/receipt.html", context, status=status)


@public_page
def privacy(request):
    """How comment data is processed: the editors' own words, then what the settings say."""
    prose = Article.objects.published().pages().filter(slug="comments-privacy").first()
    context = {
        "prose": prose,
        "checker": get_checker(),
        "days": settings.COMMENT_RETENTION_DAYS,
        "policy": settings.COMMENT_POLICY,
    }
    return render(request, "comments/privacy.html", context)
