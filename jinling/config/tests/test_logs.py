"""No line of the log carries a person's data or a secret."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from typing import Any

import pytest
import structlog

from jinling.config.observing.logs import HIDDEN, hidden, logging_settings, redact

NAME = "\u6b27\u9633\u5f20\u4e09"
CANARIES = ["320106199001011235", "320106900101123", "32010619900101123x", "13812345678", "+86 138 1234 5678",
            "E12345678", "zhang.san@example.org", "6217001234567890123", NAME]  # fmt: skip


@pytest.fixture
def lines() -> Any:
    """Log through the real chain into memory."""
    settings = logging_settings("DEBUG", "json")
    stream = io.StringIO()
    settings["handlers"]["stderr"]["stream"] = stream
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logging.config.dictConfig(settings)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.config.dictConfig(logging_settings("WARNING", "json"))
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_reaches_no_log_line(canary: str, lines: Any) -> None:
    log = structlog.get_logger("jinling.test")
    log.warning("looked_up", found=f"patient {canary}.", listed=[canary], nested={"deep": {"value": canary}})
    log.warning(f"looked up {canary}")
    logging.getLogger("django.request").error("Bad request: %s", canary)
    try:
        raise ValueError(f"Key (mobile)=({canary}) already exists.")
    except ValueError:
        logging.getLogger("django.db").exception("failed")
        log.exception("failed")
    written = json.dumps(lines(), ensure_ascii=False)
    assert len(lines()) == 5
    assert canary not in written
    assert canary.replace(" ", "") not in written
    assert HIDDEN in written


@pytest.mark.parametrize("key", ["name", "patient_name", "mobile", "id_number", "password", "api_key", "authorization"])
def test_private_keys_are_hidden_whatever_their_value(key: str) -> None:
    assert redact(None, "info", {"event": "x", key: "plain"})[key] == HIDDEN


def test_what_an_operator_needs_stays() -> None:
    event = {"event": "job_failed", "job": "outbox.deliver", "error": "OperationalError", "count": 12, "ratio": 0.5,
             "ok": True, "nothing": None, "id": "0190a5d2-6a3c-7c1e-8b1d-2f0f3b6f9a10"}  # fmt: skip
    assert redact(None, "info", dict(event)) == event


def test_numbers_and_bytes_are_looked_at_too() -> None:
    assert hidden(320106199001011235) == HIDDEN
    assert hidden(13812345678) == HIDDEN
    assert hidden(b"anything") == HIDDEN
    assert hidden(2018) == 2018
    assert hidden({"a": ("x", {"mobile": "1"})}) == {"a": ["x", {"mobile": HIDDEN}]}


def test_each_line_carries_the_request_id(lines: Any) -> None:
    structlog.contextvars.bind_contextvars(request_id="abcd1234")
    logging.getLogger("django.request").error("boom")
    structlog.get_logger().error("boom")
    assert [line["request_id"] for line in lines()] == ["abcd1234", "abcd1234"]
    assert {line["level"] for line in lines()} == {"error"}
