"""Reading a pack's file: YAML or JSON into plain data, with the line on which each value stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from jinling.foundation.directory.packs.problems import Problem

LARGEST = 4 * 1024 * 1024  # bytes; a pack is written by people
DEEPEST = 40
MOST = 50_000  # values in one file; references to anchors could multiply without end
At = tuple[str | int, ...]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without its surprises: only true, false, null and plain decimal numbers are not text.

    The 1.1 rules would read 12:00 as 720 and a code with a leading zero as octal.
    """


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


@dataclass(frozen=True, slots=True)
class Read:
    """A file's data, the line of every value by its path, and what kept it from being read."""

    data: Any
    lines: Mapping[At, int]
    problems: tuple[Problem, ...] = ()

    def line(self, at: At) -> int:
        """The line of the value at a path, or of the nearest thing around it."""
        for size in range(len(at), -1, -1):
            if at[:size] in self.lines:
                return self.lines[at[:size]]
        return 0


def read_file(path: Path, name: str) -> Read:
    """Read one file of a pack; never raises for what the file holds.

    Args:
        path: where it lies.
        name: what problems call it, relative to the pack.
    """
    try:
        if path.stat().st_size > LARGEST:
            return _broken(
                name,
                _("The file is larger than %(size)s MiB.") % {"size": LARGEST >> 20},
                _("Leave out what does not belong into a city pack."),
                code="too_large",
            )
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _broken(
            name,
            _("The file is not UTF-8 (byte %(at)s).") % {"at": error.start},
            _("Save it as UTF-8."),
            code="not_utf8",
        )
    except OSError as error:
        return _broken(
            name,
            _("The file cannot be read (%(why)s).") % {"why": error.strerror},
            _("Check the path and its permissions."),
            code="unreadable",
        )
    return _json(text, name) if path.suffix == ".json" else _yaml(text, name)


def _yaml(text: str, name: str) -> Read:
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return _broken(name, _("The file is empty."), _("Fill it or take it away."), code="empty")
        lines: dict[At, int] = {}
        problems: list[Problem] = []
        data = _value(loader, node, (), lines, problems, name)
        return Read(data, lines, tuple(problems))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = " ".join(str(part) for part in (error.context, error.problem) if part)
        return _broken(
            name,
            _("The YAML is broken: %(why)s.") % {"why": why},
            _("Check indentation, quotes and brackets there."),
            line=mark.line + 1 if mark else 0,
        )
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return _broken(
            name,
            _("The YAML is broken: %(why)s.") % {"why": type(error).__name__},
            _("Check the file's characters and how deep it nests."),
        )
    finally:
        if loader is not None:
            loader.dispose()


def _value(loader: Any, node: Any, at: At, lines: dict[At, int], problems: list[Problem], name: str) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(at, line)
    if len(at) > DEEPEST or len(lines) > MOST:
        raise ValueError("too deep or too many")
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_object(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*at, i), lines, problems, name) for i, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        here = key_node.start_mark.line + 1
        if key is None:
            problems.append(
                Problem(name, "bad_key", _("A key must be a word."), _("Write a plain key there."), line=here)
            )
            continue
        if key in found:
            problems.append(
                Problem(
                    name,
                    "key_twice",
                    _("The key %(key)s stands twice.") % {"key": key},
                    _("Keep one of them."),
                    line=here,
                )
            )
        lines[(*at, key)] = here
        found[key] = _value(loader, value_node, (*at, key), lines, problems, name)
    return found


def _json(text: str, name: str) -> Read:
    problems: list[Problem] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in items:
            if key in found:
                problems.append(
                    Problem(
                        name, "key_twice", _("The key %(key)s stands twice.") % {"key": key}, _("Keep one of them.")
                    )
                )
            found[key] = value
        return found

    try:
        return Read(json.loads(text, object_pairs_hook=pairs), {}, tuple(problems))
    except json.JSONDecodeError as error:
        return _broken(
            name,
            _("The JSON is broken: %(why)s.") % {"why": error.msg},
            _("Check quotes, commas and brackets there."),
            line=error.lineno,
        )
    except (RecursionError, ValueError) as error:
        return _broken(
            name,
            _("The JSON is broken: %(why)s.") % {"why": type(error).__name__},
            _("Check the file's numbers and how deep it nests."),
        )


def _broken(name: str, what: str, remedy: str, *, line: int = 0, code: str = "broken") -> Read:
    return Read(None, {}, (Problem(name, code, what, remedy, line=line),))
