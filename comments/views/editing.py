"""Changing a comment, from the writer's private page."""

from functools import partial

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from comments.forms.edit import EditForm
from comments.models.comment import EDITABLE_FOR
from comments.moves import Conflict, Move
from comments.posting import count_text
from comments.views.posting import as_typed, needs_help
from comments.views.receipt import keyed, to_receipt, to_receipt_with_help, with_all
from crpsinfo.limits import TooMany


@keyed
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, comment):
    """GET shows the form, as long as the comment can be changed. POST takes a new version. A form that says nothing new
    changes nothing; one that was made before something else happened to the comment is shown again."""
    if request.method != "POST":
        form = EditForm(comment=comment)
        return edit_page(request, form) if comment.can_be_edited else redirect(comment.get_receipt_url())
    form = EditForm(request.POST, comment=comment)
    if not comment.can_be_edited:
        return edit_page(request, form, status=409)
    if not form.is_valid():
        return edit_page(request, form, status=400)
    if not form.changes_something():
        return to_receipt(comment)
    try:
        if form.is_stale():
            raise Conflict(comment, Move.EDIT)
        count_text(request, comment.writer)
        form.save()
    except Conflict:
        return as_it_is_now(request, comment)
    except TooMany as limit:
        return limit.refuse(form, partial(edit_page, request, form))
    return to_receipt_with_help(request, comment, form.cleaned_data["text"])


def as_it_is_now(request, comment):
    """The form with what was typed, and the latest version beside it. To the receipt if the two say the same: somebody
    tapped twice."""
    form = EditForm(request.POST, comment=with_all(pk=comment.pk))
    if form.is_valid() and not form.changes_something():
        return to_receipt(comment)
    form.see_the_latest()
    return edit_page(request, form, status=409, conflict=True)


def edit_page(request, form, *, status=200, conflict=False):
    comment = form.comment
    context = {
        "comment": comment,
        "article": comment.article,
        "form": form,
        "latest": form.latest,
        "conflict": conflict,
        "edit_until": comment.created_at + EDITABLE_FOR,
        "help_now": request.method == "POST" and needs_help(request, as_typed(request)),
    }
    return render(request, "comments/edit.html", context, status=status)
