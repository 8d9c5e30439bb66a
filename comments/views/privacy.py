from django.conf import settings
from django.shortcuts import render

from articles.models import Article
from comments.models import Writer
from comments.models.comment import EDITABLE_FOR
from comments.models.writer import APPROVED_BY_PEOPLE, OVER
from crpsinfo.caching import public_page
from crpsinfo.spam import get_checker


@public_page
def privacy(request):
    """How comment data is processed: the editors' own words, then what the settings say."""
    prose = Article.objects.published().pages().filter(slug="comments-privacy").first()
    checker = get_checker()
    context = {
        "prose": prose,
        "operator": settings.SITE_OPERATOR,
        "checker": checker,
        "days": settings.COMMENT_RETENTION_DAYS,
        "editable_days": EDITABLE_FOR.days,
        "mails": settings.MAIL_CONFIGURED,
        "policy": settings.COMMENT_POLICY if checker.configured else "hold-all",
        "trust": {
            "approved": APPROVED_BY_PEOPLE,
            "days": OVER.days,
            "a_day": Writer._meta.get_field("unseen_a_day").default,
        },
    }
    return render(request, "comments/privacy.html", context)
