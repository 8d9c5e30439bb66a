"""What we keep about a state: its medical board, and how many listings it has."""

from django.db import models

from directory import freshness, states


class StateBoard(models.Model):
    """A state's medical board, shown once an editor has entered where the address is from and when it was looked up."""

    state = models.CharField(max_length=2, choices=states.CHOICES, unique=True)
    name = models.CharField(max_length=150)
    url = models.URLField("address")
    source = models.CharField(max_length=300, help_text="Where this address is from. Shown to readers.")
    checked_on = models.DateField(help_text="When somebody opened it last.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["state"]
        verbose_name = "medical board of a state"
        verbose_name_plural = "medical boards of states"

    def __str__(self):
        return f"{self.name} ({self.state})"

    def clean(self):
        freshness.refuse_future(self, "checked_on")


class StateCount(models.Model):
    """How many listings the default list of a state holds. Counted anew with each change of one: to count at each
    reading costs the more the more there are."""

    state = models.CharField(max_length=2, primary_key=True, choices=states.CHOICES)
    listed = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.state}: {self.listed}"
