from comments.models.comment import Comment
from comments.models.event import CommentEvent
from comments.models.feedback import Feedback
from comments.models.settings import CommentSettings

__all__ = ["Comment", "CommentEvent", "CommentSettings", "Feedback"]
