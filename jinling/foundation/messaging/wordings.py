"""The wordings that contexts offer in their ``messages.yaml``: English, translated as every other text is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext, override

from jinling.foundation.messaging.rules import TemplateUnknown, fields_of
from jinling.kernel.contexts import SocketBroken
from jinling.kernel.sockets import gather_files

PARTS = ("subject", "text", "with_hotline")
HOTLINE = "hotline"  # the field that messaging fills by itself


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice's subject (for e-mail) and text, with the names of its fields; ``with_hotline`` takes the place of the
    text in a city that has a hotline."""

    subject: str
    text: str
    fields: frozenset[str]
    with_hotline: str = ""


def wording(template: str, language: str) -> Wording:
    """The wording of ``template`` in ``language``, English where the language has none that has the same fields.

    Raises:
        TemplateUnknown: no context offers it.
    """
    found = wordings().get(template)
    if found is None:
        raise TemplateUnknown(template=template)
    text = found.with_hotline if found.with_hotline and settings.JINLING_HOTLINE else found.text
    with override(language):
        said, subject = gettext(text), gettext(found.subject) if found.subject else ""
    return Wording(subject, said if _fields(said) == fields_of(text) else text, fields_of(text))


@lru_cache(maxsize=1)
def wordings() -> Mapping[str, Wording]:
    """Every wording in English, by template name (``<context>.<name>``).

    Raises:
        SocketBroken: a file cannot be read or says something twice, a wording has no text or a part that nobody knows,
            a field is no plain name, or the text with the hotline has other fields.
    """
    found: dict[str, Wording] = {}
    for dotted, path in gather_files("messages"):
        context = dotted.rpartition(".")[2]
        try:
            entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_Once) or {}  # nosec B506
        except (yaml.YAMLError, UnicodeError) as error:
            raise SocketBroken(f"{path}: {error}") from None
        for name, entry in entries.items():
            parts = {"text": entry} if isinstance(entry, str) else entry
            if not isinstance(parts, dict) or set(parts) - set(PARTS):
                raise SocketBroken(f"{path}: {name} has other parts than {', '.join(PARTS)}")
            if not parts.get("text"):
                raise SocketBroken(f"{path}: {name} has no text")
            try:
                found[f"{context}.{name}"] = _wording(parts)
            except (AttributeError, ValueError) as error:
                raise SocketBroken(f"{path}: {name}: {error}") from None
    return found


class _Once(yaml.SafeLoader):
    """YAML in which nothing is said twice: the second would take the place of the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [name.value for name, _value in node.value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(twice)} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _wording(parts: Mapping[str, str]) -> Wording:
    subject, text, calling = (" ".join(parts.get(part, "").split()) for part in PARTS)
    if fields_of(subject):
        raise ValueError(f"a subject has no fields: {subject}")
    if calling and fields_of(calling) != fields_of(text) | {HOTLINE}:
        raise ValueError(f"with_hotline has the fields of the text and {{{HOTLINE}}}")
    return Wording(subject, text, fields_of(text), calling)


def _fields(text: str) -> frozenset[str] | None:
    try:
        return fields_of(text)
    except ValueError:
        return None
