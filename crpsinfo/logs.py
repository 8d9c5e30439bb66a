"""How the site logs: one line for each event, without text, personal data, query strings, receipt keys or ZIP codes."""

import logging
import re
import traceback

LOGGING = {  # the setting of that name
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "crpsinfo.logs.RedactingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # httpx logs each request's address; the usage call carries the key in it.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}

# Query strings carry ZIP codes and searches, and a key is the only thing that guards a receipt or the choice of mails.
# What the web server could not read as HTTP may be anything.
SECRETS = re.compile(
    r"(?P<key>/receipt/|/comments/mail/)[^/\s\"']+|(?P<query>\?)[^\s\"']+|(?P<address>\bip=)\S+"
    r"|(?P<raw>\bInvalid HTTP[^:]*:|\bHTTP_HOST header:).*",
    re.IGNORECASE,
)


class RedactingFormatter(logging.Formatter):
    """Takes query strings, keys and network addresses out of a log entry, and the messages out of tracebacks:
    they may quote what a reader typed, or the row that a database refused."""

    def format(self, record):
        return SECRETS.sub(lambda match: f"{match[match.lastgroup]}…", super().format(record))

    def formatException(self, exc_info):  # noqa: N802 - the name is logging's
        error, parts = exc_info[1], []
        while error is not None:
            stack = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"{stack}{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhile handling:\n".join(parts)
