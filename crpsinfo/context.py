from django.conf import settings


def site(request):
    """What every template may say about the site. The same for every reader."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
