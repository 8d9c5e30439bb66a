"""Moderation: why a person has to look at a comment, what can be decided about it, and how that is undone."""
