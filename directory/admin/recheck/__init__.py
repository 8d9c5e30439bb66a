"""Calling those whose listing is in doubt, or has not been checked for long."""

from directory.admin.recheck.views import Rechecks

__all__ = ["Rechecks"]
