"""The wordings that contexts offer in their ``messages.yaml``: data files, Chinese and English side by side."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from jinling.foundation.messaging.rules import TemplateUnknown, fields_of
from jinling.kernel.contexts import SocketBroken
from jinling.kernel.sockets import gather_files

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice's subject (for e-mail) and text in one language, with the names of its fields."""

    subject: str
    text: str
    fields: frozenset[str]


def wording(template: str, language: str) -> Wording:
    """The wording of ``template`` in ``language``, Chinese where the language has none.

    Raises:
        TemplateUnknown: no context offers it.
    """
    found = wordings().get(template)
    if found is None:
        raise TemplateUnknown(template=template)
    return found.get(language) or found["zh-hans"]


@lru_cache(maxsize=1)
def wordings() -> Mapping[str, Mapping[str, Wording]]:
    """Every wording by template name (``<context>.<name>``) and language.

    Raises:
        SocketBroken: a file cannot be read or says something twice, a wording lacks a language or has one too many, or
            has a field in one only, or a field is no plain name.
    """
    found: dict[str, dict[str, Wording]] = {}
    for dotted, path in gather_files("messages"):
        context = dotted.rpartition(".")[2]
        try:
            entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_Once) or {}  # nosec B506
        except (yaml.YAMLError, UnicodeError) as error:
            raise SocketBroken(f"{path}: {error}") from None
        for name, languages in entries.items():
            template = f"{context}.{name}"
            if not isinstance(languages, dict) or set(languages) - set(LANGUAGES):
                raise SocketBroken(f"{path}: {name} has other parts than {', '.join(LANGUAGES)}")
            missing = [language for language in LANGUAGES if language not in languages]
            if missing:
                raise SocketBroken(f"{path}: {name} has no wording in {', '.join(missing)}")
            try:
                found[template] = {language: _wording(entry) for language, entry in languages.items()}
            except (KeyError, AttributeError, ValueError) as error:
                raise SocketBroken(f"{path}: {name}: {error}") from None
            if len({item.fields for item in found[template].values()}) > 1:
                raise SocketBroken(f"{path}: {name} has other fields in one language than in the other")
    return found


class _Once(yaml.SafeLoader):
    """YAML in which nothing is said twice: the second would take the place of the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [name.value for name, _value in node.value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(twice)} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _wording(entry: str | Mapping[str, str]) -> Wording:
    subject, text = ("", entry) if isinstance(entry, str) else (entry.get("subject", ""), entry["text"])
    text = " ".join(text.split())
    if fields_of(subject):
        raise SocketBroken(f"a subject has no fields: {subject}")
    return Wording(subject, text, fields_of(text))
