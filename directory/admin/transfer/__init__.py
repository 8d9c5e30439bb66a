"""Listings in and out as a CSV file, with one row for each offer. The columns are described in docs/directory.md."""

from directory.admin.transfer.views import Transfer

__all__ = ["Transfer"]
