"""Django's SMTP backend, with one deadline for a whole conversation.

smtplib's time-out holds for each read, and a conversation has a dozen. Beyond the lease of the worker's row another
worker would send the same mail.
"""

import smtplib
import time

from django.conf import settings
from django.core.mail.backends import smtp


class Deadline:
    """For a connection of smtplib: every wait for a reply ends MAIL_DEADLINE seconds after it was opened."""

    def __init__(self, *args, **kwargs):
        self.ends_at = time.monotonic() + settings.MAIL_DEADLINE
        super().__init__(*args, **kwargs)

    def getreply(self):
        left = self.ends_at - time.monotonic()
        if left <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("deadline")
        self.sock.settimeout(min(left, self.timeout))
        return super().getreply()

    def quit(self):
        """What the server took is sent, also when it does not say goodbye."""
        try:
            return super().quit()
        except OSError:  # SMTPException among them
            self.close()


class Connection(Deadline, smtplib.SMTP):
    pass


class EncryptedConnection(Deadline, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self):
        return EncryptedConnection if self.use_ssl else Connection
