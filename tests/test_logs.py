import logging

import pytest

from crpsinfo.logs import Redact


@pytest.mark.parametrize(
    ("message", "arguments", "logged"),
    [
        ("Not Found: %s", ["/comments/receipt/s3cret-Key/"], "Not Found: /comments/receipt/…/"),
        ('"GET /doctors/?zip=10001&miles=50 HTTP/1.1" 200', [], '"GET /doctors/?… HTTP/1.1" 200'),
        ("Nothing to hide", [], "Nothing to hide"),
    ],
)
def test_keys_and_queries_stay_out_of_the_log(message, arguments, logged):
    record = logging.LogRecord("x", logging.INFO, "x", 1, message, tuple(arguments), None)
    assert Redact().filter(record)
    assert record.getMessage() == logged


@pytest.mark.django_db
def test_a_refused_receipt_leaves_no_key_in_the_log(client, capfd):
    client.get("/comments/receipt/s3cret-Key/")
    assert "s3cret" not in capfd.readouterr().err
