"""Django's SMTP backend, with one deadline for a whole conversation.

smtplib's time-out holds for each read, and a conversation has many, of a byte each if the server likes. Beyond the
lease of the worker's row another worker would send the same mail.
"""

import smtplib
import socket
import threading
from contextlib import suppress

from django.conf import settings
from django.core.mail.backends import smtp


class Deadline:
    """For a connection of smtplib: hangs up MAIL_DEADLINE seconds after it was opened, whatever is going on then."""

    def __init__(self, *args, **kwargs):
        self.alarm = threading.Timer(settings.MAIL_DEADLINE, self.hang_up)
        self.alarm.daemon = True
        self.alarm.start()
        try:
            super().__init__(*args, **kwargs)
        except BaseException:
            self.alarm.cancel()
            raise

    def hang_up(self):
        """From the alarm's thread: whoever waits for a reply finds the connection closed."""
        with suppress(OSError, AttributeError):  # it is closed, or not open yet
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.alarm.cancel()
        super().close()

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
