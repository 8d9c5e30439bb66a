from urllib.parse import parse_qsl, urlsplit

import dj_email_url
from environs import EnvError

SCHEMES = ("smtp", "submission")
CURE = (
    "EMAIL_URL must look like submission://user:password@mail.example.org:587, with %-codes for signs such as / ? # @ "
    "in the user or the password. See .env.example."
)


def mail_server(url):
    """Django's settings for the mail server at an address, {"EMAIL_HOST": …, …}. Raises EnvError, which says what the
    address must look like and quotes nothing of it: a password is in it."""
    try:
        understood = is_understood(urlsplit(url))
    except ValueError:  # a port that is none: mostly a piece of a password
        understood = False
    if not understood:
        raise EnvError(CURE)
    return {**dj_email_url.parse(url), "EMAIL_BACKEND": "crpsinfo.smtp.EmailBackend"}


def is_understood(parts):
    """Whether every part means something to dj_email_url, which passes over what it does not know: a password that is
    cut off at its "#", or an encryption that is not switched on, would go unnoticed."""
    encryption = parse_qsl(parts.query, keep_blank_values=True)
    return (
        parts.scheme in SCHEMES
        and bool(parts.hostname)
        and parts.port != 0
        and bool(parts.username) == bool(parts.password)
        and not parts.path.strip("/")
        and not parts.fragment
        and all(name in ("tls", "ssl") and value in dj_email_url.TRUTHY for name, value in encryption)
    )
