import logging
import sys

import pytest
from gunicorn.config import Config

from crpsinfo.logs import RedactingFormatter


@pytest.mark.parametrize(
    ("message", "logged"),
    [
        ("Not Found: /comments/receipt/s3cret-Key/", "Not Found: /comments/receipt/…/"),
        ('"GET /doctors/?zip=10001&miles=50 HTTP/1.1" 200', '"GET /doctors/?… HTTP/1.1" 200'),
        (
            "Error handling request POST /comments/receipt/s3cret/withdraw/",
            "Error handling request POST /comments/receipt/…/withdraw/",
        ),
        ("Invalid request from ip=203.0.113.7: no", "Invalid request from ip=… no"),
        ("Invalid HTTP request line: 'my pain is awful'", "Invalid HTTP request line:…"),
        ("Invalid HTTP_HOST header: '127.0.0.1 my pain'.", "Invalid HTTP_HOST header:…"),
        ("Not Found: /comments/Receipt/s3cret/", "Not Found: /comments/Receipt/…/"),
        ("Nothing to hide", "Nothing to hide"),
    ],
)
def test_keys_queries_and_rows_stay_out_of_the_log(message, logged):
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s", (message,), None)
    assert RedactingFormatter().format(record) == logged


def test_what_an_exception_quotes_stays_out_and_where_it_came_from_is_told():
    try:
        try:
            int("what a reader typed")
        except ValueError as error:
            raise KeyError("10001") from error
    except KeyError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "It broke", (), sys.exc_info())
    text = RedactingFormatter().format(record)
    for told in ("KeyError", "ValueError", "test_logs.py", 'int("what'):
        assert told in text
    assert "invalid literal" not in text


@pytest.mark.parametrize("name", ["", "django", "django.server", "gunicorn.error"])
def test_every_logger_writes_through_it(name):
    handlers = [handler for handler in logging.getLogger(name).handlers if type(handler) is logging.StreamHandler]
    assert handlers
    assert all(isinstance(handler.formatter, RedactingFormatter) for handler in handlers)


def test_the_web_server_logs_through_the_same_formatter():
    from crpsinfo import gunicorn, settings

    assert gunicorn.logconfig_dict is settings.LOGGING
    for handler in settings.LOGGING["handlers"].values():
        assert handler["formatter"] == "line"


def test_the_web_server_writes_no_log_of_who_reads_what():
    from crpsinfo import gunicorn

    log = Config()
    log.set("logconfig_dict", gunicorn.logconfig_dict)  # which switches gunicorn's own log of requests on
    log.set("logger_class", gunicorn.logger_class)
    nothing = None  # an answer or a request of which anything were read would fail
    assert log.logger_class.access(nothing, nothing, nothing, nothing, nothing) is None
