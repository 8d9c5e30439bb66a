"""The worker's two jobs with comments: have them checked for spam, and tell the checker where it was wrong."""

from django.utils import timezone

from comments.models import Feedback
from comments.moves import Status
from comments.policy import may_publish
from crpsinfo.spam import NotChecked, get_checker
from crpsinfo.work import RetryLater

LOOKS_AGAIN = 3  # how often the checker may ask us to come back before its answer is taken as it is


def check(comment):
    """Check a claimed comment. Raises RetryLater when the checker cannot say: the comment waits for another attempt."""
    if comment.status != Status.PENDING or comment.checked_at or not (comment.ip and get_checker().configured):
        comment.finish()  # decided or checked already, or it never can be: a person looks at it
        return
    result = ask(get_checker().check, comment.as_submitted())
    if result.recheck_after and comment.attempts < LOOKS_AGAIN:
        comment.retry("the checker wants to look again", result.recheck_after)
        return
    comment.record_verdict(result, may_publish=may_publish(comment))
    comment.finish()


def report(feedback):
    """Tell the checker what a moderator decided, if that is still news to it."""
    news = feedback.news()
    if news and get_checker().configured:
        ask(get_checker().report, feedback.comment.as_submitted(), spam=news == "spam")
        Feedback.objects.filter(pk=feedback.pk).update(told=news, told_at=timezone.now())
    feedback.finish()


def ask(call, *args, **kwargs):
    """Call the checker; its failure becomes a later attempt."""
    try:
        return call(*args, **kwargs)
    except NotChecked as failure:
        raise RetryLater(failure.reason, failure.retry_after) from failure
