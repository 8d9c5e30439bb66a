"""The worker's two jobs with comments: have them checked for spam, and tell the checker where it was wrong."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comments.models import Comment, Feedback, Writer
from comments.moves import Status
from comments.policy import may_publish
from crpsinfo.spam import get_checker
from crpsinfo.spam.breaker import ask, needs_checker


@needs_checker
def check(comment):
    """Check a claimed comment. Raises RetryLater when the checker cannot say: the comment waits for another attempt."""
    if comment.status != Status.PENDING or comment.checked_at or not comment.is_for_the_checker():
        comment.finish()  # decided or checked already, or it never can be: a person looks at it
        return
    looked_before = bool(comment.guid)
    why_again = "recheck" if looked_before else "edit" if comment.revision > 1 else ""
    result = ask(get_checker().check, comment.as_submitted(why_again))
    if result.recheck_after and not looked_before:
        look_again_later(comment, result)
        return
    with transaction.atomic():
        if not comment.finish() and another_worker_has(comment):
            return
        if comment.writer_id:  # their comments are judged one after the other: each counts for the next
            comment.writer = Writer.objects.select_for_update().filter(pk=comment.writer_id).first()
        comment.record_verdict(result, may_publish=may_publish(comment))


def look_again_later(row, result):
    """The checker will know more in a while; its name for this check tells that it has been asked once."""
    next_at = timezone.now() + timedelta(seconds=result.recheck_after)
    row.finish(next_at=next_at, guid=result.guid or "unnamed")


def another_worker_has(comment):
    """Whether it fell to another worker when the lease was over, and is checked or will be: one verdict is enough."""
    now = comment.lock()
    return now.revision == comment.revision and bool(now.checked_at or now.due_at)


@needs_checker
def check_proposal(proposal):
    """The same for a claimed new version of a public comment."""
    comment = proposal.comment
    if proposal.checked_at or not (comment.is_public and comment.is_for_the_checker(proposal.ruling)):
        proposal.finish()
        return
    name, text, looked_before = proposal.author_name, proposal.text, bool(proposal.guid)
    why_again = "recheck" if looked_before else "edit"
    result = ask(get_checker().check, comment.as_submitted(why_again, name=name, text=text))
    if result.recheck_after and not looked_before:
        look_again_later(proposal, result)
        return
    with transaction.atomic():
        comment.lock()
        if proposal.finish():  # else it was replaced or decided meanwhile, or fell to another worker
            proposal.record_verdict(result, may_publish=may_publish(comment, proposal))


@needs_checker
def report(feedback):
    """Tell the checker what a moderator decided, if that is still news to it: with the text that it was asked about,
    since it learns nothing from another."""
    news, comment = feedback.news(), feedback.comment
    checked = comment.as_checked() if news else None
    if checked and get_checker().configured:
        submission = comment.as_submitted(name=checked.author_name, text=checked.text)
        ask(get_checker().report, submission, spam=news == "spam")
        with transaction.atomic():
            if comment.lock().revision == comment.revision:  # else it was about a text that is gone
                Feedback.objects.filter(pk=feedback.pk).update(told=news, told_at=timezone.now())
    if not feedback.finish():  # decided again while the report was on its way, before it was known what had been told
        Feedback.schedule(Comment.objects.get(pk=feedback.comment_id))
