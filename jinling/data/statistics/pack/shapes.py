"""The shape of the sections of a city pack that statistics reads: the bulletin, reasons, printed figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Discriminator, Field, Tag, model_validator

from jinling.foundation.directory.public import Code, Entry, Name

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Word(Entry):
    code: Code
    name: Name
    name_en: Name


class Limits(Entry):
    most: Literal["days_of_month"] | Annotated[float, Field(gt=0)] | None = None
    usual: Annotated[float, Field(gt=0)] | None = None
    at_most: list[Code] = []
    along: Code | None = None
    steady: bool = True
    held: bool = False
    running: Code | None = None
    reasons: list[Code] = []


class Column(Entry):
    code: Code
    heading: Name
    heading_en: Name
    holds: Literal["count", "rate", "amount", "position", "name", "word", "text"] = "count"
    indicator: Annotated[str, Field(pattern=r"^[a-z]\w*\.[a-z]\w*$")] | None = None
    at: dict[Code, Code] = {}
    group: Code | None = None
    words: list[Word] = []
    sum: list[Code] = []
    limits: Limits | None = None


class Footnote(Entry):
    text: Name
    text_en: Name


class Cumulative(Entry):
    column: Code
    opening: Annotated[int, Field(ge=0)] = 0
    over: Literal["opening", "year"] = "opening"
    heading: Name
    heading_en: Name
    rounded_to: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _began(self) -> Cumulative:
        if self.over == "year" and self.opening:
            raise ValueError(_("A total of a year begins at nought: it has no opening balance."))
        return self


def _keyed(value: Any) -> str:
    return "keys" if isinstance(value, dict) else "text"


# Text or keys: which one is meant is seen at once, so that a slip is told once and not for both.
WordOrName = Annotated[Annotated[Word, Tag("keys")] | Annotated[Name, Tag("text")], Discriminator(_keyed)]


class Order(Entry):
    by: Code


class BulletinTableEntry(Entry):
    name: Code
    title: Name
    title_en: Name
    columns: Annotated[list[Column], Field(min_length=1)]
    rows: Code
    which: Code = "counted"
    order: Annotated[
        Annotated[Order, Tag("keys")] | Annotated[Literal["listed"], Tag("text")], Discriminator(_keyed)
    ] = "listed"
    total: bool = False
    cumulative: Cumulative | None = None
    listed: Annotated[list[WordOrName], Field(alias="list")] = []
    definitions: list[str] | None = None
    footnotes: list[Footnote] = []


class CheckSide(Entry):
    table: Code
    column: Code
    where: dict[Code, Code] = {}
    row: Code | None = None


class CrossCheckEntry(Entry):
    code: Code
    left: CheckSide
    right: CheckSide
    holds: Literal["equal", "at_most"]
    usual: Literal["sums", "rows"] | None = None
    text: Name
    text_en: Name


class BulletinFile(Entry):
    title: Name
    title_en: Name
    publisher: Name
    publisher_en: Name
    opened: Month
    year_begins: Annotated[int, Field(ge=1, le=12)] = 1
    tables: list[BulletinTableEntry]
    checks: list[CrossCheckEntry] = []


class Reason(Entry):
    code: Code
    name: Name
    name_en: Name
    meaning: str = ""


class MissingFile(Entry):
    missing_figures: list[Reason]


class PrintedFile:
    """A file of printed figures: its form is held to by what also reads it for a replay (``rules/replayfiles``)."""

    @staticmethod
    def model_validate(obj: Any, /) -> Any:
        """Nothing here: ``check_printed`` tells all."""
        return obj
