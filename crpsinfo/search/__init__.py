"""The search over articles, doctors and comments. What can be found comes from the apps, each a Kind that
`settings.SEARCH` names; whatever changes it says so with `refresh`, in the same transaction."""

from crpsinfo.search.index import refresh

__all__ = ["refresh"]
