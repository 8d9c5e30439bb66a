"""Settings of the web server. https://docs.gunicorn.org/en/stable/settings.html"""

from pathlib import Path

from gunicorn.glogging import Logger

from crpsinfo import settings


class NoAccessLog(Logger):
    """No log of who reads what about an illness. Without this, gunicorn gathers the facts for one at each request and
    throws them away: a tenth of what a kept page costs."""

    def access(self, *facts):
        pass


bind = f"{settings.WEB_BIND}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY  # processes
threads = 4  # in each
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the heartbeat must not wait for a disk
timeout = 30  # seconds
control_socket_disable = True
logconfig_dict, logger_class = settings.LOGGING, NoAccessLog
forwarder_headers = ""  # no header of a visitor's moves the site to another path
limit_request_line = 8190  # bytes, the most there can be: our page answers long searches, not a bare line of text
