"""System checks of what the environment says. Those tagged `deploy` run with `check --deploy`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

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
    if settings.COMMENT_POLICY == "hold-all" or settings.AKISMET_API_KEY:
        return []
    message = f"COMMENT_POLICY is {settings.COMMENT_POLICY}, but no spam checker is configured: everything waits."
    return [Warning(message, hint="Set AKISMET_API_KEY, or COMMENT_POLICY=hold-all.", id="crpsinfo.W001")]


@register(Tags.security)
def sender_of_mails(app_configs, **kwargs):
    """A bare address: what stands before it in people's mailboxes is MAIL_NAME, which says nothing of the illness."""
    try:
        EmailValidator(allowlist=[urlsplit(settings.SITE_URL).hostname])(settings.MAIL_FROM)
    except ValidationError:
        return [Error("MAIL_FROM must be an address such as no-reply@example.org, without a name.", id="crpsinfo.E005")]
    return []


@register(Tags.security)
def password_of_the_mail_server(app_configs, **kwargs):
    """It travels encrypted, or not off this machine."""
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if encrypted or not settings.EMAIL_HOST_PASSWORD or settings.EMAIL_HOST in LOOPBACK:
        return []
    hint = "Begin EMAIL_URL with submission://, or add ?tls=yes."
    return [Warning("The password of the mail server is sent unencrypted.", hint=hint, id="crpsinfo.W003")]


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


@register(Tags.security, deploy=True)
def second_step_is_required(app_configs, **kwargs):
    if settings.REQUIRE_2FA:
        return []
    hint = "Remove REQUIRE_2FA from the environment: in production the second step is required."
    return [Warning("A password alone opens the admin.", hint=hint, id="crpsinfo.W004")]
