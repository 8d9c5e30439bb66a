"""That a moderator tried a spam rule about somebody's address on the latest comments is on record for some time:
whoever tries again and again could find out a writer's address."""

from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.utils import timezone

from crpsinfo.retention import delete, in_batches

TRIED = "Tried the spam rule"


def put_on_record(rule, *, by):
    """That somebody saw which comments a rule about a person's address would have caught."""
    words = f"{TRIED} “{rule}” ({rule.get_action_display()})."
    LogEntry.objects.log_actions(by.pk, [by], CHANGE, words, single_object=True)


def purge(*, dry_run=False):
    """Delete what was put on record, as long after as rules about addresses are kept."""
    limit = timezone.now() - timedelta(days=settings.RULE_RETENTION_DAYS)
    over = LogEntry.objects.filter(change_message__startswith=TRIED, action_time__lt=limit)
    return {"tried spam rules forgotten": in_batches(over, delete, dry_run)}
