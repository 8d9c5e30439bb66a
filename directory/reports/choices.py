"""What readers choose from when they say who they are, or how they know."""

from django.db.models import TextChoices


class Knows(TextChoices):
    """How somebody knows what they say about a doctor."""

    TREATED = "treated", "I was treated there, or somebody close to me was"
    ASKED = "asked", "I called or wrote to them"
    WEBSITE = "website", "It is on their website"
    HEARD = "heard", "Another patient or a doctor told me"
    WORKS = "works", "I work there"


class Speaks(TextChoices):
    """Who asks for a listing to be removed."""

    SELF = "self", "I am this doctor"
    STAFF = "staff", "I work at this practice or clinic"
    AGENT = "agent", "I act for them, for instance as a lawyer"


class Answer(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"


def in_words(value):
    """What `Report.relation` says, as people read it."""
    known = dict([*Knows.choices, *Speaks.choices])
    return known.get(value, value)
