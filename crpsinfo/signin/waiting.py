"""How long somebody has to wait, in words."""

import math


def in_words(seconds):
    """The time in the largest unit that fits, rounded up: "1 second", "15 minutes", "3 hours"."""
    if seconds <= 90:
        return counted(seconds, "second")
    if seconds <= 90 * 60:
        return counted(seconds / 60, "minute")
    return counted(seconds / 3600, "hour")


def counted(number, unit):
    number = max(1, math.ceil(number))
    return f"{number} {unit}{'' if number == 1 else 's'}"
