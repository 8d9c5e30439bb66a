"""The floor: a Django site with the middleware of a new project and one view, which answers with so many bytes that
are ready: `BYTES=20000 gunicorn benchmarks.bare`."""

import os

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

BODY = os.urandom(int(os.environ.get("BYTES", "20000")))

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages")],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)
django.setup()


def view(request):
    return HttpResponse(BODY)


urlpatterns = [path("", view)]

from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs the settings

application = get_wsgi_application()
