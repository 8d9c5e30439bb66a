"""How dates are written when a template does not say: 12 Sep 2026, which nobody takes for 9 December."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
