"""System checks of what the environment says. Those tagged `deploy` run with `check --deploy`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@register(Tags.security)
def akismet_address(app_configs, **kwargs):
    """Comments travel to the spam filter encrypted, or not off this machine."""
    url = urlsplit(settings.AKISMET_API_URL)
    if url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK):
        return []
    return [Error("AKISMET_API_URL must start with https:// (plain http only to this machine).", id="crpsinfo.E001")]


@register(Tags.security)
def site_address(app_configs, **kwargs):
    url = urlsplit(settings.SITE_URL)
    if url.scheme in ("http", "https") and url.netloc and not url.path and not url.query:
        return []
    return [Error("SITE_URL must look like https://example.org, without a path.", id="crpsinfo.E002")]


@register(Tags.security)
def policy_needs_a_checker(app_configs, **kwargs):
    if settings.COMMENT_POLICY == "publish-ham" and not settings.AKISMET_API_KEY:
        hint = "Set AKISMET_API_KEY, or COMMENT_POLICY=hold-all."
        return [
            Warning("COMMENT_POLICY is publish-ham, but no spam checker is configured.", hint=hint, id="crpsinfo.W001")
        ]
    return []


@register(Tags.security, deploy=True)
def production_address(app_configs, **kwargs):
    if settings.SITE_URL.startswith("https://"):
        return []
    return [Error("In production SITE_URL must start with https://.", id="crpsinfo.E003")]


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs, **kwargs):
    if "*" in settings.ALLOWED_HOSTS:
        return [Error("ALLOWED_HOSTS must name the site's hosts, not '*'.", id="crpsinfo.E004")]
    return []


@register(Tags.security, deploy=True)
def something_speaks_https(app_configs, **kwargs):
    if settings.TRUSTED_PROXIES:
        return []
    hint = "Set TRUSTED_PROXIES to the number of your proxies that set X-Forwarded-For and X-Forwarded-Proto."
    message = "No proxy is trusted, so the site cannot tell https from http and redirects for ever."
    return [Warning(message, hint=hint, id="crpsinfo.W002")]
