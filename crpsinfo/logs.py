import logging
import re

# Query strings carry ZIP codes and searches; a receipt's key is the only thing that guards it.
SECRETS = re.compile(r"(?P<receipt>/receipt/)[^/\s\"']+|\?[^\s\"']+")


class Redact(logging.Filter):
    """Takes query strings and receipt keys out of a log line."""

    def filter(self, record):
        record.msg = SECRETS.sub(lambda match: f"{match['receipt'] or '?'}…", record.getMessage())
        record.args = None
        return True
