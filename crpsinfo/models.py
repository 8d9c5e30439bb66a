from datetime import timedelta

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from crpsinfo.work import DueRow, due_index

SECRET_DAYS = 30


class ReaderSecretQuerySet(models.QuerySet):
    def expired(self):
        return self.filter(created_at__lte=timezone.now() - timedelta(days=SECRET_DAYS))


class ReaderSecret(models.Model):
    """What reader keys are made with (see `crpsinfo.client`). Deleted when it is replaced."""

    secret = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReaderSecretQuerySet.as_manager()

    def __str__(self):
        return f"Secret of {self.created_at:%Y-%m-%d}"


class Counter(models.Model):
    """How often something happened in one window of time (see `crpsinfo.limits`)."""

    key = models.CharField(max_length=120, primary_key=True)
    n = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.key}: {self.n}"


class PeriodicJob(DueRow):
    """A job that runs by the clock: a due row like any other, so one worker of all runs it."""

    name = models.CharField(max_length=60, primary_key=True)
    last_run_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [due_index("periodicjob_due")]

    def __str__(self):
        return self.name


class ContactMessageQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def closed(self):
        return self.filter(closed_at__isnull=False)


class ContactMessage(models.Model):
    """What somebody wrote to the people who run the site. Read in the admin, sent nowhere else."""

    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    text = models.TextField(validators=[MaxLengthValidator(10_000)])
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = "message"
        permissions = [("close_contactmessage", "Can close messages")]

    def __str__(self):
        return f"Message of {self.created_at:%-d %b %Y %H:%M}"

    def close(self):
        """Answered, or nothing to answer: its deletion date runs from now."""
        self.closed_at = self.closed_at or timezone.now()
        self.save(update_fields=["closed_at"])
