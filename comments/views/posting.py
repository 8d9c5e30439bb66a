"""The reply form, and what is posted with it."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from articles.views import published_article
from comments.forms.comment import CommentForm
from comments.models import CommentSettings
from comments.posting import post
from crpsinfo.caching import mark_private, public_page
from crpsinfo.limits import TooMany
from crpsinfo.security import tokenless_post
from crpsinfo.spam import get_checker


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
