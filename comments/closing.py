"""Whether an article takes comments: the article's own switch, the moderators' switch for all, its age, and whether
there is anybody who moderates."""

from django.utils.dateformat import format as formatted

from articles.models import Article
from comments.models import CommentSettings


def close_old():
    """The hourly job: close the comments of articles that have become too old."""
    days = CommentSettings.current().close_after_days
    if days:
        for article in Article.objects.articles().ageing(days):
            article.close_comments()


def why_closed(article, switch):
    """What readers find in place of the form: a sentence; "" while the article takes comments."""
    if not switch.open:
        return switch.note or "All comments on this site are closed at the moment."
    if article.comments_open:
        return why_deserted(switch)
    closed_at = article.comments_switched_at
    if closed_at is None:
        return "Comments on this article are closed."
    age = (closed_at - article.published_at).days
    old = f", when it was {age} days old" if age > 1 else ""
    return f"Comments on this article closed on {formatted(closed_at, 'j M Y')}{old}."


def why_deserted(switch):
    """The same where nothing but a moderator is missing."""
    if not switch.deserted:
        return ""
    since = formatted(switch.unattended_since, "j M Y")
    return (
        f"No moderator has been here since {since}, so comments are closed. "
        "They open again by themselves as soon as one is back."
    )
