from datetime import timedelta

from django.db import models
from django.utils import timezone

from comments.moves import Status
from crpsinfo.spam import Verdict
from crpsinfo.work import DueRow, due_index

DELAY = timedelta(minutes=10)  # an undone slip is never taught to the spam checker


class Feedback(DueRow):
    """What the spam checker is to be told about a comment. Due some time after a decision, so it is the latest decision
    that is told, and only if it is not what the checker believes anyway."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.PROTECT, related_name="feedback")
    told = models.CharField(max_length=4, choices=[("ham", "not spam"), ("spam", "spam")], blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [due_index("feedback_due")]

    def __str__(self):
        return f"Feedback on comment {self.comment_id}"

    @classmethod
    def schedule(cls, comment):
        """After a moderator's decision: due when it contradicts the checker, not due any more when it agrees."""
        feedback = cls.objects.filter(comment=comment).first() or cls(comment=comment)
        news = feedback.news()
        if news or feedback.pk:
            feedback.make_due(timezone.now() + DELAY if news else None)
            fields = ["due_at", "leased_until", "attempts", "last_error"]  # not `told`: a report may be on its way
            feedback.save(update_fields=fields if feedback.pk else None)

    def news(self):
        """What to tell the checker: "spam" or "ham"; "" when no person decided that, or it believes so anyway."""
        decided = {Status.SPAM: "spam", Status.PUBLIC: "ham"}.get(self.comment.status, "")
        if not (decided and self.comment.decided_by_id and self.comment.verdict and self.comment.ip):
            return ""
        believed = self.told or ("ham" if self.comment.verdict == Verdict.HAM else "spam")
        return decided if decided != believed else ""
