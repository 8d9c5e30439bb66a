import logging
import re
import traceback

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
