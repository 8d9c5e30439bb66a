"""That a moderator looked at a spam rule about somebody's address, or tried one on the latest comments, is on record
for some time: whoever tries again and again could find out a writer's address."""

from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Q
from django.utils import timezone

from crpsinfo.retention import delete, in_batches

TRIED, LOOKED_AT = "Tried the spam rule", "Looked at the spam rule"


def put_on_record(what, rule, *, by):
    """That somebody saw which comments a rule about a person's address would have caught (TRIED), or the address itself
    (LOOKED_AT)."""
    words = f"{what} “{rule}” ({rule.get_action_display()})."
    LogEntry.objects.log_actions(by.pk, [by], CHANGE, words, single_object=True)


def purge(*, dry_run=False):
    """Delete what was put on record, as long after as rules about addresses are kept."""
    limit = timezone.now() - timedelta(days=settings.RULE_RETENTION_DAYS)
    about = Q(change_message__startswith=TRIED) | Q(change_message__startswith=LOOKED_AT)
    over = LogEntry.objects.filter(about, action_time__lt=limit)
    return {"tried spam rules forgotten": in_batches(over, delete, dry_run)}
