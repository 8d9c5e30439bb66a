"""What the clock does to articles: it publishes those that are due, and reminds editors of those to be reviewed."""

from datetime import timedelta

from django.utils import timezone

from articles.models import Article
from crpsinfo.desk.mails import Letter, tell_in_the_morning
from crpsinfo.models import StaffMailKind

REMIND_BEFORE = timedelta(days=14)


def publish_due():
    """The job of every minute."""
    for article in Article.objects.due():
        article.publish_if_due()


def remind():
    """The daily job: a mail falls due when a review is two weeks ahead, and again when it is overdue."""
    today = timezone.localdate()
    news = [article.pk for article in Article.objects.to_be_reviewed(today + REMIND_BEFORE) if is_news(article, today)]
    if news:
        tell_in_the_morning("articles.change_article", StaffMailKind.REVIEW)
        Article.objects.filter(pk__in=news).update(reminded_on=today)


def is_news(article, today):
    """Whether nobody was told since it came near, or since it is overdue."""
    is_overdue = article.next_review < today
    since = article.next_review + timedelta(days=1) if is_overdue else article.next_review - REMIND_BEFORE
    return article.reminded_on is None or article.reminded_on < since


def letter():
    """What the mail says; None if there is nothing to review any more."""
    count = Article.objects.to_be_reviewed(timezone.localdate() + REMIND_BEFORE).count()
    subject = "1 article is due for review" if count == 1 else f"{count} articles are due for review"
    return Letter(subject, {"count": count}) if count else None
