"""What moderators work with: comments, and what belongs to them."""

from comments.admin.comment import CommentAdmin
from comments.admin.crisis import CrisisListAdmin
from comments.admin.event import CommentEventAdmin
from comments.admin.health import CheckerStateAdmin
from comments.admin.moderator import ModeratorProfileAdmin
from comments.admin.notification import NotificationAdmin
from comments.admin.rule import RuleAdmin
from comments.admin.settings import CommentSettingsAdmin
from comments.admin.writer import WriterAdmin

__all__ = [
    "CheckerStateAdmin",
    "CommentAdmin",
    "CommentEventAdmin",
    "CommentSettingsAdmin",
    "CrisisListAdmin",
    "ModeratorProfileAdmin",
    "NotificationAdmin",
    "RuleAdmin",
    "WriterAdmin",
]
