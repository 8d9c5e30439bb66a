"""The home page, and the files that machines ask for."""

from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.models import Article
from comments.models import Comment
from crpsinfo.caching import public_page
from crpsinfo.work import overdue_since


@public_page
def home(request):
    articles = Article.objects.published().articles().for_list()[:6]
    comments = Comment.objects.readable().for_list()[:5]
    return render(request, "home.html", {"articles": articles, "comments": comments})


@public_page
def robots(request):
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /comments/receipt/",
        "Disallow: /comments/mail/",
        "Disallow: /search/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_page
def security_txt(request):
    """https://www.rfc-editor.org/rfc/rfc9116. `Expires` moves on the first of each month, so that the file keeps."""
    first = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    address = settings.SECURITY_CONTACT
    lines = [
        f"Contact: {address if ':' in address else f'mailto:{address}'}",
        f"Expires: {first + timedelta(days=180):%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings.SITE_URL}{reverse('security-txt')}",
        "Preferred-Languages: en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_safe
@never_cache
def healthz(request):
    """The process is up."""
    return JsonResponse({"status": "ok", "version": settings.VERSION})


@csrf_exempt
@require_safe
@never_cache
def readyz(request):
    """The site can do its work: database, migrations, background work. 503 with the reason's name otherwise."""
    reason = not_ready()
    return JsonResponse({"status": reason or "ok"}, status=503 if reason else 200)


def not_ready():
    """The name of what keeps the site from working, or None."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations"
        return "overdue-work" if overdue_since() else None
    except Error:
        return "database"
