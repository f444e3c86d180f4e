"""Refusals: how every part of the platform says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A request that the platform understood and will not carry out.

    Subclasses name the reason (``SessionFull``) and set ``code`` (stable, for machines),
    ``status`` (HTTP) and ``text`` (an English msgid with ``%(name)s`` fields; faces translate it).

    Args:
        where: what was refused, in the caller's own terms (a file and row, a field, a code).
        mend: what the caller can do about it, an English msgid.
        **fields: values for ``text`` and ``mend``; never a person's identifier.
    """

    code = "refused"
    status = 422
    text = "The request cannot be carried out."
    mend = ""

    def __init__(self, *, where: str = "", mend: str | None = None, **fields: Any) -> None:
        self.where = where
        self.fields: Mapping[str, Any] = fields
        if mend is not None:
            self.mend = mend
        super().__init__(self.message())

    def message(self) -> str:
        """The English sentence, fields filled in."""
        return self.text % self.fields if self.fields else self.text

    def mend_message(self) -> str:
        """The English advice, fields filled in."""
        return self.mend % self.fields if self.fields and self.mend else self.mend


class NotFound(Refused):
    """Nothing stands under that name."""

    code = "not_found"
    status = 404
    text = "Nothing was found under that name."


class Denied(Refused):
    """The actor may not do this."""

    code = "denied"
    status = 403
    text = "You may not do this."


class Invalid(Refused):
    """A value that breaks a stated rule."""

    code = "invalid"
    status = 422
    text = "A value is not valid."


class Conflict(Refused):
    """The state of things has moved on."""

    code = "conflict"
    status = 409
    text = "The state has changed meanwhile."
