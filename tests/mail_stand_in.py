"""A local mail server: keeps what it gets, and makes trouble when asked to.

    with MailStandIn() as server, override_settings(**server.settings):
        …
        server.mails[0]["Subject"]      server.fault = "try-later-451"

It asks for a password: USER and PASSWORD.
"""

import asyncio
import email.policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "site", "s3cret / password"
ANSWERS = {  # what is said in place of "250 OK": {fault: (command, answer)}
    "refuse-recipient-550": ("RCPT", "550 5.1.1 <{address}>: nobody of this name here"),
    "try-later-451": ("RCPT", "451 4.7.1 <{address}>: greylisted"),
    "nonsense": ("RCPT", "Hello {address}, how are you?"),
    "long-nonsense": ("RCPT", "250-" + "x" * 10_000),
    "auth-required": ("MAIL", "530 5.7.0 Authentication required"),
    "refuse-sender-550": ("MAIL", "550 5.7.1 This server does not send for you"),
    "auth-before-recipient": ("RCPT", "530 5.7.0 Authentication required"),
    "refuse-mail-554": ("DATA", "554 5.7.1 This looks like spam"),
    "mailbox-full-452": ("DATA", "452 4.2.2 <{address}>: mailbox full"),
}
GREETINGS = {"nonsense-greeting": "Hello from HTTP/1.1", "closed-421": "421 Too busy", "not-text": b"\xff\xfe\x00"}
STALLING = {"slow": "RCPT", "slow-mail": "DATA", "no-goodbye": "QUIT"}  # no answer to this command
DISCONNECTING = {"disconnect": "RCPT", "disconnect-in-mail": "DATA"}  # the connection ends in place of an answer
SIGNING_IN = ("refuse-password",)
FAULTS = (*ANSWERS, *GREETINGS, *STALLING, *DISCONNECTING, *SIGNING_IN)


class MailStandIn:
    """The server, on a port of its own choice. `fault` is one of FAULTS, or empty; `mails` are those that it took, as
    messages of the standard library, and `recipients` whom they were for."""

    def __init__(self):
        self.mails, self.recipients, self.fault = [], [], ""
        self.controller = AnyPort(self)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *problem):
        self.controller.stop()

    @property
    def settings(self):
        """Django's settings with which the site sends through this server."""
        return {
            "MAIL_CONFIGURED": True,
            "EMAIL_BACKEND": "crpsinfo.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.controller.port,
            "EMAIL_HOST_USER": USER,
            "EMAIL_HOST_PASSWORD": PASSWORD,
            "EMAIL_TIMEOUT": 3,
        }

    # --- What aiosmtpd asks ---------------------------------------------------------------------

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - the names are aiosmtpd's
        envelope.mail_from = address
        return await self.answer("MAIL", server, address)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return await self.answer("RCPT", server, address)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await self.answer("DATA", server, *envelope.rcpt_tos)
        if answer.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.recipients += envelope.rcpt_tos
        return answer

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        await self.answer("QUIT", server, "")
        return "221 Bye"

    def sign_in(self, server, session, envelope, mechanism, data):
        known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known and self.fault not in SIGNING_IN, handled=False)

    async def answer(self, command, server, address):
        """The answer to a command, with the trouble that is switched on."""
        if DISCONNECTING.get(self.fault) == command:
            server.transport.abort()
        if command in (DISCONNECTING.get(self.fault), STALLING.get(self.fault)):
            await asyncio.Event().wait()  # until the connection is gone
        at, answer = ANSWERS.get(self.fault, (None, None))
        return answer.format(address=address) if at == command else "250 OK"


class AnyPort(Controller):
    """Lets the system choose the port, and greets as the stand-in is told."""

    def __init__(self, stand_in):
        super().__init__(stand_in, hostname="127.0.0.1", port=0)

    def factory(self):
        return Server(self.handler, authenticator=self.handler.sign_in, auth_require_tls=False, hostname="mail.example")

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Server(SMTP):
    async def push(self, status):
        if status.startswith("220 "):
            status = GREETINGS.get(self.event_handler.fault, status)
        await super().push(status)
