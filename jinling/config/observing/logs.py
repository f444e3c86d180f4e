"""Logs: one JSON object a line on stderr, with the request's id and without anybody's data."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from django.conf import settings

HIDDEN = "[hidden]"
# Keys whose value is a person's or a secret whatever it looks like.
PRIVATE = re.compile(
    r"(^|_)(name|names|id_number|identifier|identifiers|mobile|phone|tel|address|email|birth_date|born_on|password|"
    r"passphrase|secret|token|key|cookie|authorization|session_key|body|form|params|text)$"
)
# Names of things of ours that end like a person's.
PUBLIC = frozenset({"logger_name", "file_name", "module_name", "handler_name", "table_name", "url_name", "job_name"})
PERSONAL = re.compile(
    r"(?<!\d)\d{15}(?:\d{2}[\dXx])?(?!\d)"  # GB 11643, 18 and 15 digits
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile numbers
    r"|(?<![A-Za-z0-9])[A-Za-z]{1,2}\d{7,8}(?![A-Za-z0-9])"  # passports and permits
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # e-mail
    r"|(?<!\d)\d{16,19}(?!\d)"  # card numbers
    r"|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"  # our texts are English: Chinese in a log is data
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The first processor of the chain: hides identifiers, mobiles, names and secrets, however deep they lie."""
    for key, value in event.items():
        event[key] = value if key.startswith("_") else hidden(value, key)
    return event


def hidden(value: Any, key: str = "") -> Any:
    """A value as it may stand in a log.

    Numbers, truth values and None pass; text loses what looks like a person's; the rest is hidden
    by its key or searched through.
    """
    if value is None or isinstance(value, bool | float):
        return value
    if key and key not in PUBLIC and PRIVATE.search(key):
        return HIDDEN
    if isinstance(value, int):
        return HIDDEN if without_persons(str(value)) != str(value) else value
    if isinstance(value, str):
        return without_persons(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(name): hidden(part, str(name)) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [hidden(part) for part in value]
    return without_persons(str(value))


def without_persons(text: str) -> str:
    """A text without what looks like a person's: numbers of China's forms, and of the city's own country's."""
    text = PERSONAL.sub(HIDDEN, text)
    own = settings.JINLING_COUNTRY.personal() if settings.configured else ""
    return re.sub(own, HIDDEN, text) if own else text


def where_it_failed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its kind and the places it passed, its causes first; without its text, which may quote a row."""
    told = event.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else (told if isinstance(told, tuple) else sys.exc_info())[1]
    parts: list[str] = []
    while told and error is not None and len(parts) < 10:
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        parts.append("".join(traceback.format_tb(error.__traceback__)) + kind)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if parts:
        event["exception"] = "\n\n".join(reversed(parts))
    return event


def logging_settings(level: str, form: str) -> dict[str, Any]:
    """Django's ``LOGGING``; also sets structlog up, so that both speak through one chain.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        form: ``json``, or ``text`` for a person at the terminal.

    Raises:
        ValueError: another level or form.
    """
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError(f"JINLING_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {level!r}")
    if form not in ("json", "text"):
        raise ValueError(f"JINLING_LOG_FORMAT must be json or text, not {form!r}")
    shared: list[Any] = [
        redact,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if form == "text" else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    where_it_failed,
                    redact,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would write beside the chain.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # A refusal is an answer, not an event to log line by line: a full session would fill the disk.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # At DEBUG these two quote whole rows: a template's context, a statement's values.
            "django.db.backends": {"handlers": [], "level": "INFO", "propagate": True},
            "django.template": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }
