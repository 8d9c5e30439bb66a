"""The project: settings, URLs, and what the three apps share."""

__version__ = "0.1.0"
