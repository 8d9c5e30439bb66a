"""Facts that were changed because a reader told us. They are no check. What an editor checks, or says otherwise,
is ours again."""

from datetime import date

from django.db import models
from django.utils import timezone


class Told(models.Model):
    told = models.JSONField(default=dict, editable=False)  # {name of the field: the day, in ISO format}

    class Meta:
        abstract = True

    def told_by_reader(self, **values):
        """Set these facts, as a reader told us. The caller saves."""
        for name, value in values.items():
            setattr(self, name, value)
        self.told = self.told | dict.fromkeys(values, timezone.localdate().isoformat())

    def told_by_editor(self, names):
        """These facts are an editor's word now. The caller saves."""
        self.told = {name: day for name, day in self.told.items() if name not in names}

    def told_on(self, name):
        """The day on which a reader told us this fact; None if nobody did, or somebody has checked it since."""
        day = self.told.get(name)
        return day and date.fromisoformat(day)

    def forget_what_was_told(self, field, how):
        """What an editor has checked since is not a reader's word any more. `field` holds the day of the check."""
        checked_on = getattr(self, field)
        if not (self.told and checked_on) or how == "reader":
            return
        stored = type(self).objects.filter(pk=self.pk).values_list(field, flat=True).first()
        if checked_on != stored:
            self.told = {name: day for name, day in self.told.items() if day > checked_on.isoformat()}
