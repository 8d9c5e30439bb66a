"""What can be done with a comment, by whom it is done."""

from comments.models.verbs.base import Guarded
from comments.models.verbs.moderator import ByModerator
from comments.models.verbs.system import BySystem
from comments.models.verbs.undo import Undoable
from comments.models.verbs.writer import ByWriter

__all__ = ["ByModerator", "BySystem", "ByWriter", "Guarded", "Undoable"]
