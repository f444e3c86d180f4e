"""The shape of the bulletin, the value sets and the reference figures of a pack."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from jinling.foundation.directory.packs.schema import Code, Entry, Month, Name


class Column(Entry):
    code: Code
    heading: Name
    heading_en: Name


class Word(Entry):
    code: Code
    name: Name
    name_en: Name


class Footnote(Entry):
    text: Name
    text_en: Name


class Cumulative(Entry):
    column: Code
    opening: Annotated[int, Field(ge=0)]
    heading: Name
    heading_en: Name
    rounded_to: Annotated[int, Field(ge=1)] = 1


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
    rows: Literal["organizations", "routes", "districts", "cities", "kinds"]
    order: Annotated[
        Annotated[Order, Tag("keys")] | Annotated[Literal["listed"], Tag("text")], Discriminator(_keyed)
    ] = "listed"
    total: bool = False
    cumulative: Cumulative | None = None
    listed: Annotated[list[WordOrName], Field(alias="list")] = []
    categories: list[Word] = []
    states: list[Word] = []
    footnotes: list[Footnote] = []


class BulletinFile(Entry):
    title: Name
    title_en: Name
    publisher: Name
    publisher_en: Name
    opened: Month
    tables: list[BulletinTableEntry]


class Display(Entry):
    zh: Name
    en: Name


NameOrDisplay = Annotated[Annotated[Display, Tag("keys")] | Annotated[Name, Tag("text")], Discriminator(_keyed)]


class CodeSystemEntry(Entry):
    code: Code
    name: Name
    name_en: Name
    standard: str = ""
    oid: Annotated[str, Field(pattern=r"^[0-2](\.\d+)+$")] | None = None
    url: str | None = None
    basis: Literal["seen", "partly", "recalled"]
    concepts: Annotated[dict[Name, NameOrDisplay], Field(min_length=1)]


class ValueSetEntry(Entry):
    code: Code
    system: Code
    name: Name
    name_en: Name
    include: list[Name] | None = None


class ConceptMapEntry(Entry):
    code: Code
    source: Code
    target: Code
    mappings: dict[Name, Name]


class TerminologyFile(Entry):
    code_systems: list[CodeSystemEntry]
    value_sets: list[ValueSetEntry] = []
    concept_maps: list[ConceptMapEntry] = []


class ReferenceTable(Entry):
    columns: Annotated[list[Code], Field(min_length=1)]
    rows: list[list[int | float | str | None]]
    printed_total: int | float | list[int | float | str | None] | None = None
    cumulative: int | None = None
    cumulative_registered: int | None = None
    cumulative_validated_records: str | int | None = None
    unit: dict[str, str] = {}

    @model_validator(mode="after")
    def _rows_fit(self) -> ReferenceTable:
        for i, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(f"row {i + 1} has {len(row)} cells for {len(self.columns)} columns")
        return self


class ReferenceFile(Entry):
    city: Name
    period: Month
    about: str = ""
    tables: dict[Code, ReferenceTable]
