"""The check of a whole pack: the shape of each declared section, then what sections say of each other."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from jinling.foundation.directory.packs.files import At, Read
from jinling.foundation.directory.packs.problems import Problem
from jinling.foundation.directory.packs.reading import ENDINGS, Pack, unwrapped
from jinling.foundation.directory.packs.sections import sections
from jinling.foundation.directory.packs.translations import FOLDER, check_translations, untranslated
from jinling.kernel.sockets import PackFault, PackSection

BESIDE = ("README", "LICENSE", "NOTICE")


def check_pack(pack: Pack) -> list[Problem]:
    """Every problem of a pack; an empty list is a pack that can be loaded."""
    return [problem for problem in examine(pack) if not problem.remark]


def examine(pack: Pack) -> list[Problem]:
    """Every problem of a pack and every remark on it.

    Sections whose shape is wrong are hidden from the checks across sections, so that one slip is told once.
    """
    declared = sections()
    problems = [*_strangers(pack, declared)]
    sound: list[tuple[PackSection, str, Read]] = []
    misshapen: set[str] = set()
    for section in declared:
        names = parts(pack, section)
        if section.required and not names:
            problems.append(
                Problem(
                    f"{section.name}/" if section.files else f"{section.name}.yaml",
                    "missing_file",
                    _("The file is missing."),
                    _("Add it, beginning with: %(keys)s; the README of the packs describes it.")
                    % {"keys": section.example if section.files else skeleton(section.shape)},
                )
            )
        for name in names:
            file = pack.file(name) or name
            read = pack.read(file)
            found = [*read.problems, *_misshapen(section.shape, read, file)]
            problems += found
            if found:
                misshapen.add(name)
            else:
                sound.append((section, name, read))
    seen = replace(pack, hidden=frozenset(misshapen))
    problems += check_translations(seen)
    for section, name, read in sound:
        if section.check is not None:
            file = pack.file(name) or name
            problems += [_problem(fault, file, name, read) for fault in section.check(unwrapped(name, read.data), seen)]
    if all(problem.remark for problem in problems):  # a catalogue that cannot be read counts nothing
        problems += untranslated(pack)
    return problems


def skeleton(shape: Any) -> str:
    """The keys that a section needs, as YAML in one line: ``districts: [{code: ..., name: ..., name_en: ...}]``."""
    written = [f"{key}: {_value_of(one.annotation)}" for key, one in shape.model_fields.items() if one.is_required()]
    return ", ".join(written)


def _value_of(kind: Any) -> str:
    inner = [part for part in get_args(kind) if part is not type(None)]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"{{{skeleton(kind)}}}"
    if get_origin(kind) is list:
        return f"[{_value_of(inner[0])}]"
    return _value_of(inner[0]) if get_origin(kind) is Annotated else "..."


def parts(pack: Pack, section: PackSection) -> list[str]:
    """The names under which a pack has a section: its own, or those of the files of its folder; may be none."""
    if section.files:
        return [f"{section.name}/{name}" for name in pack.names(section.name)]
    return [section.name] if pack.has(section.name) else []


def _problem(fault: PackFault, file: str, section: str, read: Read) -> Problem:
    at = fault.at if unwrapped(section, read.data) is read.data else (section, *fault.at)
    return Problem(
        file, fault.code, fault.what, fault.remedy, entry=fault.entry, line=read.line(at), remark=fault.remark
    )


def _strangers(pack: Pack, declared: Sequence[PackSection]) -> Iterator[Problem]:
    folders = {section.name: section for section in declared if section.files}
    files = {section.name for section in declared if not section.files}
    for path in sorted(pack.path.iterdir()):
        if path.name.startswith(".") or path.stem.split(".")[0] in BESIDE:
            continue
        if path.is_dir():
            if path.name == FOLDER:
                continue  # the texts of the city's language are checked by themselves
            if path.name in folders:
                yield from _strange_files(path, folders[path.name])
            else:
                yield _unknown(f"{path.name}/", _("No part of the platform reads this folder."), path.stem, declared)
        elif path.suffix not in ENDINGS or path.stem not in files:
            yield _unknown(path.name, _("No part of the platform reads this file."), path.stem, declared)
        else:
            yield from _twice(path, path.name)


def _unknown(file: str, what: str, stem: str, declared: Sequence[PackSection]) -> Problem:
    written = {section.name: f"{section.name}/" if section.files else f"{section.name}.yaml" for section in declared}
    known = ", ".join(written[name] for name in sorted(written))
    near = difflib.get_close_matches(stem, written, n=1)
    remedy = (
        _("Did you mean %(name)s? Known are: %(files)s.") % {"name": written[near[0]], "files": known}
        if near
        else _("Take it out of the pack. Known are: %(files)s.") % {"files": known}
    )
    return Problem(file, "file_unknown", what, remedy)


def _strange_files(folder: Path, section: PackSection) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()):
        name = f"{folder.name}/{path.name}"
        if path.is_dir() or path.suffix not in ENDINGS or not re.fullmatch(section.files, path.stem):
            yield Problem(
                name,
                "file_unknown",
                _("No part of the platform reads this file."),
                _("Files of this folder are named like %(example)s.") % {"example": section.example},
            )
        else:
            yield from _twice(path, name)


def _twice(path: Path, name: str) -> Iterator[Problem]:
    if path.suffix != ENDINGS[0] and path.with_suffix(ENDINGS[0]).is_file():
        yield Problem(
            name,
            "section_twice",
            _("The section also stands in a YAML file."),
            _("Keep one of the two files."),
        )


def _misshapen(shape: type[Any], read: Read, file: str) -> Iterator[Problem]:
    if read.data is None and read.problems:
        return
    try:
        shape.model_validate(read.data)
    except ValidationError as error:
        told: set[tuple[At, str]] = set()
        for item in error.errors(include_url=False, include_context=True):
            at = _path(item["loc"], read.data, missing=item["type"] == "missing")
            code, what, remedy = _sentence(item, at)
            if (at, code) in told:  # a value that may be one of several things fails once for each
                continue
            told.add((at, code))
            yield Problem(file, code, what, remedy, entry=entry_name(read.data, at), line=read.line(at))


def _path(loc: tuple[Any, ...], data: Any, *, missing: bool) -> At:
    """The part of pydantic's location that is a path into the data; it adds names of its own."""
    at: list[str | int] = []
    for step in loc:
        if _holds(data, step):
            data = data[step]
        elif missing and step == loc[-1]:
            pass
        else:
            continue
        at.append(step)
    return tuple(at)


def entry_name(data: Any, at: At) -> str:
    """How a person finds the entry: its code or name, then the key."""
    title = ""
    keys: list[str] = []
    for step in at:
        data = data[step] if _holds(data, step) else None
        if isinstance(step, str):
            keys.append(step)
        else:
            title, keys = (f"[{step + 1}]", []) if title == "" or isinstance(data, dict) else (title, [*keys])
        if isinstance(data, dict):
            for key in ("code", "organization", "name"):
                if isinstance(data.get(key), str):
                    title, keys = data[key], []
                    break
    return " ".join(part for part in (title, ".".join(keys)) if part)


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data


def _sentence(item: Any, at: At) -> tuple[str, str, str]:
    kind, context = item["type"], item.get("ctx") or {}
    value = repr(item.get("input"))[:60]
    key = str(item["loc"][-1]) if item["loc"] else ""
    if kind == "extra_forbidden":
        return "key_unknown", _("The key %(key)s is not known.") % {"key": key}, _("Take it away or correct it.")
    if kind == "missing":
        return "missing_key", _("The key %(key)s is missing.") % {"key": key}, _("Add it.")
    if kind in ("literal_error", "enum"):
        return (
            "choice_unknown",
            _("%(value)s is not one of the choices.") % {"value": value},
            _("Use one of: %(choices)s.") % {"choices": context.get("expected", "")},
        )
    if kind == "string_type":
        return "not_text", _("%(value)s is not text.") % {"value": value}, _("Write it in quotes.")
    if kind in ("int_type", "float_type", "int_from_float"):
        return "not_a_number", _("%(value)s is not a number.") % {"value": value}, _("Write a plain number.")
    if kind == "bool_type":
        return "not_a_flag", _("%(value)s is neither true nor false.") % {"value": value}, _("Write true or false.")
    if kind == "string_pattern_mismatch":
        return (
            "bad_form",
            _("%(value)s does not have the right form.") % {"value": value},
            _("Its form is %(form)s.") % {"form": context.get("pattern", "")},
        )
    if kind in ("list_type", "dict_type", "model_type", "model_attributes_type"):
        shape = _("a list") if kind == "list_type" else _("keys with values")
        return (
            "bad_shape",
            _("%(value)s stands where %(shape)s should.") % {"value": value, "shape": shape},
            _("Compare it with the pack that comes along."),
        )
    if kind == "value_error":
        return (
            "bad_value",
            str(context.get("error")),  # a rule of the shape's own: a sentence in the reader's language
            _("Correct the value %(value)s.") % {"value": value},
        )
    return "bad_value", str(item["msg"]), _("Correct the value %(value)s.") % {"value": value}
