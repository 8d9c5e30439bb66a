"""The worker's two jobs with comments: have them checked for spam, and tell the checker where it was wrong."""

from django.db import transaction
from django.utils import timezone

from comments.models import Comment, Feedback, Writer
from comments.moves import Status
from comments.policy import may_publish
from crpsinfo.spam import NotChecked, get_checker
from crpsinfo.work import RetryLater


def check(comment):
    """Check a claimed comment. Raises RetryLater when the checker cannot say: the comment waits for another attempt."""
    if comment.status != Status.PENDING or comment.checked_at or not (comment.ip and get_checker().configured):
        comment.finish()  # decided or checked already, or it never can be: a person looks at it
        return
    looked_before = bool(comment.guid)
    why_again = "recheck" if looked_before else "edit" if comment.revision > 1 else ""
    result = ask(get_checker().check, comment.as_submitted(why_again))
    if result.recheck_after and not looked_before:
        Comment.objects.filter(pk=comment.pk, revision=comment.revision).update(guid=result.guid or "unnamed")
        comment.retry("the checker wants to look again", result.recheck_after)
        return
    with transaction.atomic():
        if comment.writer_id:  # their comments are judged one after the other: each counts for the next
            comment.writer = Writer.objects.select_for_update().filter(pk=comment.writer_id).first()
        comment.record_verdict(result, may_publish=may_publish(comment))
    comment.finish()


def check_proposal(proposal):
    """The same for a claimed new version of a public comment."""
    comment = proposal.comment
    if proposal.checked_at or not (comment.is_public and comment.ip and get_checker().configured):
        proposal.finish()
        return
    name, text = proposal.author_name, proposal.text
    result = ask(get_checker().check, comment.as_submitted("edit", name=name, text=text))
    proposal.record_verdict(result, may_publish=may_publish(comment, proposal))
    proposal.finish()


def report(feedback):
    """Tell the checker what a moderator decided, if that is still news to it."""
    news = feedback.news()
    if news and get_checker().configured:
        ask(get_checker().report, feedback.comment.as_submitted(), spam=news == "spam")
        Feedback.objects.filter(pk=feedback.pk).update(told=news, told_at=timezone.now())
    if not feedback.finish():  # decided again while the report was on its way, before it was known what had been told
        Feedback.schedule(Comment.objects.get(pk=feedback.comment_id))


def ask(call, *args, **kwargs):
    """Call the checker; its failure becomes a later attempt."""
    try:
        return call(*args, **kwargs)
    except NotChecked as failure:
        raise RetryLater(failure.reason, failure.retry_after) from failure
