"""The check of a whole pack: every file's shape first, then what files say of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from jinling.foundation.directory.packs import across, schema, tables
from jinling.foundation.directory.packs.files import At, Read
from jinling.foundation.directory.packs.problems import Problem
from jinling.foundation.directory.packs.reading import Pack
from jinling.kernel.sockets import PackLoader, gather

SHAPES: dict[str, type[BaseModel]] = {
    "city": schema.CityFile,
    "districts": schema.DistrictsFile,
    "organizations": schema.OrganizationsFile,
    "channels": schema.ChannelsFile,
    "release_policies": schema.ReleasePoliciesFile,
    "bulletin": tables.BulletinFile,
    "reasons": schema.ReasonsFile,
    "terminology": tables.TerminologyFile,
    "streets": schema.StreetsFile,
}
REQUIRED = ("city", "districts", "organizations", "channels", "release_policies", "bulletin", "reasons")
BESIDE = ("README", "LICENSE", "NOTICE")


def loaders() -> list[PackLoader]:
    """Every context's loaders, in the order in which they load."""
    found = [loader for _context, module in gather("pack") for loader in module.LOADERS]
    return sorted(found, key=lambda loader: (loader.order, loader.section))


def check_pack(pack: Pack) -> list[Problem]:
    """Every problem of a pack; an empty list is a pack that can be loaded.

    Files whose shape is wrong are left out of the checks across files, so that one slip is told once.
    """
    problems: list[Problem] = []
    sound: dict[str, Any] = {}
    offered = loaders()
    known = {*SHAPES, *(loader.section for loader in offered)}
    problems += _strangers(pack, known)
    for section in sorted(known, key=lambda s: list(SHAPES).index(s) if s in SHAPES else 99):
        if not pack.has(section):
            if section in REQUIRED:
                problems.append(
                    Problem(
                        f"{section}.yaml",
                        "missing_file",
                        _("The file is missing."),
                        _("Add it; the README of the packs describes it."),
                    )
                )
            continue
        file = f"{section}.yaml" if (pack.path / f"{section}.yaml").is_file() else f"{section}.json"
        read = pack.read(file)
        found = [*read.problems, *_misshapen(SHAPES.get(section), read, file)]
        problems += found
        if not found:
            sound[section] = read
    references = {}
    for period in pack.periods():
        file = f"reference/{period}.json"
        read = pack.read(file)
        found = [*read.problems, *_misshapen(tables.ReferenceFile, read, file)]
        problems += found
        if not found:
            references[file] = read
    problems += across.check(pack, sound, references)
    for loader in offered:
        if loader.section in sound and {"city", "districts", "organizations"} <= set(sound):
            data = pack.section(loader.section)
            problems += [
                Problem(f"{loader.section}.yaml", "refused_by_context", text) for text in loader.check(data, pack)
            ]
    return problems


def _strangers(pack: Pack, known: set[str]) -> Iterator[Problem]:
    for path in sorted(pack.path.iterdir()):
        if path.name.startswith(".") or path.stem.split(".")[0] in BESIDE:
            continue
        if path.is_dir():
            if path.name != "reference":
                yield Problem(
                    path.name + "/",
                    "unknown_file",
                    _("No part of the platform reads this folder."),
                    _("Take it out of the pack."),
                )
            else:
                yield from _strange_references(path)
        elif path.suffix not in (".yaml", ".json") or path.stem not in known:
            yield Problem(
                path.name,
                "unknown_file",
                _("No part of the platform reads this file."),
                _("Known files: %(files)s.") % {"files": ", ".join(f"{s}.yaml" for s in sorted(known))},
            )
        elif path.suffix == ".json" and (pack.path / f"{path.stem}.yaml").is_file():
            yield Problem(
                path.name,
                "section_twice",
                _("The section also stands in a YAML file."),
                _("Keep one of the two files."),
            )


def _strange_references(folder: Any) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()):
        if path.suffix != ".json":
            yield Problem(
                f"reference/{path.name}",
                "unknown_file",
                _("No part of the platform reads this file."),
                _("Reference figures are files named YEAR-MONTH.json."),
            )


def _misshapen(shape: type[BaseModel] | None, read: Read, file: str) -> Iterator[Problem]:
    if shape is None or (read.data is None and read.problems):
        return
    try:
        shape.model_validate(read.data)
    except ValidationError as error:
        told: set[tuple[At, str]] = set()
        for item in error.errors(include_url=False, include_context=True):
            at = _path(item["loc"], read.data, missing=item["type"] == "missing")
            code, what, mend = _sentence(item, at)
            if (at, code) in told:  # a value that may be one of several things fails once for each
                continue
            told.add((at, code))
            yield Problem(file, code, what, mend, entry=entry_name(read.data, at), line=read.line(at))


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
        return "unknown_key", _("The key %(key)s is not known.") % {"key": key}, _("Take it away or correct it.")
    if kind == "missing":
        return "missing_key", _("The key %(key)s is missing.") % {"key": key}, _("Add it.")
    if kind in ("literal_error", "enum"):
        return (
            "unknown_choice",
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
            _sentences().get(str(context.get("error")), str(context.get("error"))),
            _("Correct the value %(value)s.") % {"value": value},
        )
    return "bad_value", str(item["msg"]), _("Correct the value %(value)s.") % {"value": value}


def _sentences() -> dict[str, str]:
    """What the shapes' own rules say, in the reader's language."""
    return {
        "not the name of a time zone": _("This is not the name of a time zone."),
        "a window is [first day, last day], the first not after the last": _(
            "A window is [first day, last day], the first not after the last."
        ),
        'a label is [first day, last day], the last day a number or "7+n"': _(
            'A label is [first day, last day], the last day a number or "7+n".'
        ),
        "lng, lat and crs stand together or not at all": _("lng, lat and crs stand together or not at all."),
        "days_before and until stand where cancelling is allowed, and only there": _(
            "days_before and until stand where cancelling is allowed, and only there."
        ),
        "an entry of the release table gives public and community, null where not open": _(
            "An entry of the release table gives public and community, null where not open."
        ),
    }
