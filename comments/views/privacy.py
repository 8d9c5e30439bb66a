from django.conf import settings
from django.shortcuts import render

from articles.models import Article
from crpsinfo.caching import public_page
from crpsinfo.spam import get_checker


@public_page
def privacy(request):
    """How comment data is processed: the editors' own words, then what the settings say."""
    prose = Article.objects.published().pages().filter(slug="comments-privacy").first()
    context = {
        "prose": prose,
        "checker": get_checker(),
        "days": settings.COMMENT_RETENTION_DAYS,
        "policy": settings.COMMENT_POLICY,
    }
    return render(request, "comments/privacy.html", context)
