"""The writer's private page: what became of a comment, and what can be done about it."""

from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from comments.models import Comment
from comments.moves import Conflict
from crpsinfo.caching import private_page
from crpsinfo.spam import get_checker


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
