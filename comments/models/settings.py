from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Subquery

TO_READERS = ("open", "note", "unattended_since", "deserted")


class CommentSettings(models.Model):
    """The moderators' switch for all comments: one row at most."""

    open = models.BooleanField("comments are open", default=True)
    note = models.CharField(
        max_length=300,
        blank=True,
        help_text="Shown instead of the form while all comments are closed: why, and until when.",
    )
    close_after_days = models.PositiveSmallIntegerField(
        "close after days",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Comments on an article close once when it is that many days old. Empty: never. An editor can open "
        "them again in the article.",
    )
    # Set by `comments.absence`: since when something waits and nobody has decided anything, once that is a week…
    unattended_since = models.DateTimeField(null=True, editable=False)
    deserted = models.BooleanField(default=False, editable=False)  # …and whether it is a month

    class Meta:
        verbose_name = verbose_name_plural = "comment settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="comment_settings_one_row"),
            models.CheckConstraint(
                condition=Q(deserted=False) | Q(unattended_since__isnull=False), name="comment_settings_deserted_since"
            ),
        ]

    def __str__(self):
        return "Comments are open" if self.open else "Comments are closed"

    @classmethod
    def current(cls):
        """The one row, or what holds without it."""
        return cls.objects.first() or cls(pk=1)

    @classmethod
    def beside(cls, rows):
        """The rows of another table, each with what readers have to know of the one row here."""
        return rows.annotate(**{f"comments_{name}_": Subquery(cls.objects.values(name)[:1]) for name in TO_READERS})

    @classmethod
    def read_beside(cls, row):
        """The same as `current`, from one of those."""
        values = {name: getattr(row, f"comments_{name}_") for name in TO_READERS}
        return cls(pk=1) if values["open"] is None else cls(pk=1, **values)

    @classmethod
    def end_absence(cls):
        """A moderator is here. Usually this finds nothing to change, and locks nothing."""
        cls.objects.filter(unattended_since__isnull=False).update(unattended_since=None, deserted=False)
