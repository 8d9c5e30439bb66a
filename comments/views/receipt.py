"""The writer's private page: what became of a comment, and what can be done about it."""

from datetime import timedelta
from functools import partial, wraps

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from comments.forms.appeal import AppealForm
from comments.forms.mail import MailChoicesForm
from comments.keys import new_key
from comments.models import Appeal, Comment, Notification
from comments.models.comment import EDITABLE_FOR
from comments.moves import Conflict, Move, Status
from comments.progress import appears_by_itself, declined_at, is_check_in_trouble, mails_of, waits_for_a_person
from comments.remember import forget, remembered
from comments.views.posting import as_typed, needs_help
from comments.waiting import how_long
from crpsinfo.limits import TooMany, count_post
from crpsinfo.security import secret_address
from crpsinfo.spam import get_checker

NEXT_LINK = Signer(salt="comments.next-link")
ACTIONS = {
    "withdraw": Comment.withdraw,
    "restore": Comment.restore,
    "hide": Comment.hide,
    "forget-email": Comment.forget_email,
    "confirm-again": Notification.ask_again,
}
# Asked for twice, as by a double tap: {the status that the first has led to: the verbs that did}
SAME_AGAIN = {Status.WITHDRAWN: ["withdraw"], Status.PUBLIC: ["restore"], Status.PENDING: ["restore", "hide"]}
ALWAYS = ("withdraw", "forget-email")  # however often somebody was here: it is their right

# --- Who may come in, and where it ends -----------------------------------------------------------


def keyed(view):
    """For addresses that hold the receipt's key: the view is called with (request, comment)."""

    @secret_address
    @wraps(view)
    def inner(request, key, **kwargs):
        return view(request, with_all(receipt_key=key), **kwargs)

    return inner


def action(view):
    """For what a POST does with a comment, or is refused by Conflict; it ends at the receipt. A GET, as after a reload,
    leads there."""

    @keyed
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request, comment, **kwargs):
        if request.method != "POST":
            return redirect(comment.get_receipt_url())
        try:
            if comment.erased_at:
                raise Conflict(comment, Move.ERASE)
            return view(request, comment, **kwargs) or to_receipt(comment)
        except Conflict:
            now = with_all(pk=comment.pk)
            if not now.erased_at and kwargs.get("verb") in SAME_AGAIN.get(now.status, ()):
                return to_receipt(now)
            return receipt_page(request, now, status=409, conflict=True)
        except TooMany as limit:
            return too_many(request, comment, limit)

    return inner


def with_all(**lookup):
    """The comment with what its page needs. Raises Http404."""
    return get_object_or_404(Comment.objects.select_related("article", "proposal", "appeal"), **lookup)


def to_receipt(comment, flag=""):
    return HttpResponseRedirect(comment.get_receipt_url() + (flag and f"?{flag}"), status=303)


def to_receipt_with_help(request, comment, text):
    """To the receipt; it says that there is help now if the text that was sent sounds like somebody in crisis."""
    return to_receipt(comment, "help=now" if needs_help(request, text) else "")


# --- Addresses ------------------------------------------------------------------------------------


@keyed
@require_safe
def receipt(request, comment):
    """What became of a comment, for whoever has its key."""
    return receipt_page(request, comment, status=410 if comment.erased_at else 200)


@action
def change(request, comment, verb):
    """One of ACTIONS, which need nothing but the button."""
    if verb not in ALWAYS:
        count_post(request, "change")
    ACTIONS[verb](comment)


@action
def appeal(request, comment):
    """POST asks for a second look; the same words again, as by a double tap, are no second appeal."""
    form = AppealForm(request.POST, comment=comment)
    if not form.is_valid():
        return receipt_page(request, comment, status=400, form=form)
    try:
        count_post(request, "appeal")
    except TooMany as limit:
        return limit.refuse(form, partial(receipt_page, request, comment, form=form))
    text = form.cleaned_data["text"]
    try:
        comment.ask_again(text)
    except Conflict:
        if not Appeal.objects.filter(comment=comment, text=text).exists():
            raise
    return to_receipt_with_help(request, comment, text)


@action
def choose_mails(request, comment):
    form = MailChoicesForm(request.POST)
    count_post(request, "change")
    if form.is_valid():
        form.save(comment)


@action
def forget_me(request, comment):
    """The writer's device does not know them any more, and nobody else's can be taken for it."""
    response = to_receipt(comment)
    if is_remembered(request, comment):
        comment.writer.revoke()
        forget(request, response)
    return response


@secret_address
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request, key):
    """POST replaces the private link. The page that it is sent from has named the next key already: who taps twice
    would else be left with an address that is gone, and no other."""
    comment = Comment.objects.filter(receipt_key=key).first()
    pk, next_key = named_by_the_page(request)
    if comment is None:
        comment = get_object_or_404(Comment, pk=pk, receipt_key=next_key)
    elif request.method != "POST":
        return redirect(comment.get_receipt_url())
    elif comment.erased_at:
        return receipt_page(request, with_all(pk=comment.pk), status=409, conflict=True)
    else:
        try:
            count_post(request, "change")
        except TooMany as limit:
            return too_many(request, with_all(pk=comment.pk), limit)
        try:
            comment.renew_key(next_key if pk == comment.pk else None)
        except Conflict:  # the second tap was quicker
            comment = get_object_or_404(Comment, pk=pk, receipt_key=next_key)
    return to_receipt(comment, "new=1")


def named_by_the_page(request):
    """(key of the comment, its next receipt key), signed by this site; else two None."""
    try:
        return NEXT_LINK.unsign_object(request.POST.get("next", ""))
    except BadSignature:
        return None, None


# --- Pages ----------------------------------------------------------------------------------------


def receipt_page(request, comment, *, status, conflict=False, wait="", form=None):
    context = {
        "comment": comment,
        "article": comment.article,
        "conflict": conflict,
        "wait": wait,
        "checker": get_checker(),
        "appears_by_itself": appears_by_itself(comment),
        "is_check_in_trouble": is_check_in_trouble(comment),
        "declined_at": declined_at(comment),
        "declined": comment.former_texts.filter(declined=True).first(),
        "edit_until": comment.created_at + EDITABLE_FOR,
        **undoing(comment),
        **waiting(comment),
        **appealing(request, comment, form),
        **private_link(request, comment),
        **mails_of(comment),
        "mails_form": MailChoicesForm.of(comment),
        "is_remembered": is_remembered(request, comment),
        "help_now": request.GET.get("help") == "now" or needs_help(request, as_typed(request)),
    }
    return render(request, "comments/receipt.html", context, status=status)


def too_many(request, comment, limit):
    """Somebody pressed buttons too often: nothing was done, and when to try again."""
    return limit.answer(receipt_page(request, comment, status=429, wait=limit.wait))


def undoing(comment):
    days = settings.COMMENT_RETENTION_DAYS["withdrawn"]
    return {"days_to_undo": days, "restore_until": comment.status_at + timedelta(days=days)}


def waiting(comment):
    absence, usual = how_long() if waits_for_a_person(comment) else ("", "")
    return {"absence": absence, "usual": usual}


def appealing(request, comment, form=None):
    """The form, if the comment can be appealed; else the words that were posted, to be copied."""
    words = request.POST.get("text")
    if not comment.can_be_appealed:
        return {"kept": words}
    return {"form": form or AppealForm(None if words is None else request.POST, comment=comment)}


def private_link(request, comment):
    return {
        "link": f"{settings.SITE_URL}{comment.get_receipt_url()}",
        "next_key": NEXT_LINK.sign_object([comment.pk, new_key()]),
        "is_new_link": "new" in request.GET,
    }


def is_remembered(request, comment):
    """Whether the device that asks is known as the comment's writer's."""
    writer = remembered(request) if comment.writer_id else None
    return writer is not None and writer.pk == comment.writer_id
