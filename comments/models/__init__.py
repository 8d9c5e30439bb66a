from comments.models.appeal import Appeal
from comments.models.comment import Comment
from comments.models.crisis import CrisisFlag, CrisisKind, CrisisList
from comments.models.event import CommentEvent
from comments.models.feedback import Feedback
from comments.models.former_text import FormerText
from comments.models.imported import ImportedComment
from comments.models.moderator import ModeratorProfile
from comments.models.note import Note
from comments.models.notification import Kind, Notification
from comments.models.proposal import Proposal
from comments.models.report import Report, ReportReason
from comments.models.sample import Sample
from comments.models.settings import CommentSettings
from comments.models.spam_month import SpamMonth
from comments.models.tally import Tally
from comments.models.writer import Writer

__all__ = [
    "Appeal",
    "Comment",
    "CommentEvent",
    "CommentSettings",
    "CrisisFlag",
    "CrisisKind",
    "CrisisList",
    "Feedback",
    "FormerText",
    "ImportedComment",
    "Kind",
    "ModeratorProfile",
    "Note",
    "Notification",
    "Proposal",
    "Report",
    "ReportReason",
    "Sample",
    "SpamMonth",
    "Tally",
    "Writer",
]
