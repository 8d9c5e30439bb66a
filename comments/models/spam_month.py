from django.db import models


class SpamMonth(models.Model):
    """What became of the spam check in one month, kept for good: figures alone (see `comments.figures`)."""

    month = models.DateField(primary_key=True)  # its first day, UTC
    # Comments whose text, as it stands, got its verdict in that month; new versions count once they are accepted.
    checked = models.PositiveIntegerField(default=0)  # of them:
    spam = models.PositiveIntegerField(default=0)  # what it called spam, the blatant included
    discarded = models.PositiveIntegerField(default=0)  # what it called blatant
    missed = models.PositiveIntegerField(default=0)  # what it let through and a person called spam
    false_positives = models.PositiveIntegerField(default=0)  # what it called spam and a person published
    median_seconds = models.PositiveIntegerField(null=True)  # from being posted to the verdict
    ruled_spam = models.PositiveIntegerField(default=0)  # what our own rules called spam, of those posted in that month
    ruled_hold = models.PositiveIntegerField(default=0)  # what they held for a person
    sampled = models.PositiveIntegerField(default=0)  # of the discarded, how many a person judged…
    sample_wrong = models.PositiveIntegerField(default=0)  # …and found not to be spam
    kept_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-month"]

    def __str__(self):
        return f"{self.month:%B %Y}"

    @property
    def accuracy(self):
        """The share of right verdicts, from 0 to 1, as far as people have judged; None without any."""
        return (self.checked - self.missed - self.false_positives) / self.checked if self.checked else None
