"""The fields of the forms about comments: those that all forms of readers share, and the limits of ours."""

from crpsinfo.fields import DRAFT, DRAFT_FOR_DAYS, LONGEST_TEXT, PlainLine, PlainText

__all__ = ["DRAFT", "DRAFT_FOR_DAYS", "LONGEST_NAME", "LONGEST_TEXT", "PlainLine", "PlainText"]

LONGEST_NAME = 60  # characters
