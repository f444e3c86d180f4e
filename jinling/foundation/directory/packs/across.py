"""What the files of a pack say of each other: codes that must exist, names that must not mean two things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from jinling.foundation.directory.packs.files import At, Read
from jinling.foundation.directory.packs.problems import Problem
from jinling.foundation.directory.packs.reading import Pack
from jinling.foundation.directory.rules import Naming, label_of, variant_key

Sound = Mapping[str, Read]


class Known:
    """What the sound files of a pack declare; a section that is not sound answers everything."""

    def __init__(self, sound: Sound) -> None:
        self.sound = sound
        city = sound["city"].data if "city" in sound else {}
        self.naming = Naming.of(city.get("naming"))
        self.districts = {d["code"]: d for d in self.entries("districts")}
        self.district_names = {d["name"]: d["code"] for d in self.entries("districts")}
        self.organizations = {o["code"]: o for o in self.entries("organizations")}
        self.names: dict[str, str] = {}
        for entry in self.entries("organizations"):
            for name in (entry["name"], *entry.get("aliases", ())):
                self.names.setdefault(variant_key(name, self.naming), entry["code"])
        self.routes = {r["name"]: r["code"] for r in self.entries("channels", "routes")}

    def entries(self, section: str, key: str = "") -> list[dict[str, Any]]:
        """A section's list, empty when the section is not there."""
        return list(self.sound[section].data[key or section]) if section in self.sound else []

    def organization(self, name: str) -> str | None:
        """The code that a code, name or alias means, or None."""
        return name if name in self.organizations else self.names.get(variant_key(name, self.naming))


def check(pack: Pack, sound: Sound, references: Sound) -> list[Problem]:
    """Problems between files; ``sound`` holds the sections whose shape is right."""
    known = Known(sound)
    found: list[Problem] = []
    for section, checker in (
        ("districts", _districts),
        ("organizations", _organizations),
        ("channels", _channels),
        ("release_policies", _policies),
        ("bulletin", _bulletin),
        ("reasons", _reasons),
        ("terminology", _terminology),
        ("streets", _streets),
    ):
        if section in sound:
            found += checker(sound[section], known)
    for file, read in references.items():
        found += _reference(file, read, known)
    return found


def _twice(file: str, read: Read, at: At, entries: list[dict[str, Any]], keys: tuple[str, ...]) -> Iterator[Problem]:
    for key in keys:
        first: dict[str, int] = {}
        for i, entry in enumerate(entries):
            value = entry[key]
            if value in first:
                yield Problem(
                    file,
                    f"duplicate_{key}",
                    _("%(value)s stands twice (first as entry %(first)s).")
                    % {"value": value, "first": first[value] + 1},
                    _("Give each entry its own."),
                    entry=str(entry.get("code", value)),
                    line=read.line((*at, i, key)),
                )
            first.setdefault(value, i)


def _districts(read: Read, known: Known) -> Iterator[Problem]:
    file, entries = "districts.yaml", read.data["districts"]
    yield from _twice(file, read, ("districts",), entries, ("code", "name"))
    owners = {d["code"]: d["name"] for d in entries}
    for i, district in enumerate(entries):
        for former in district.get("formerly", ()):
            if former["code"] in owners:
                yield Problem(
                    file,
                    "duplicate_code",
                    _("The retired code %(code)s also stands for %(owner)s.")
                    % {"code": former["code"], "owner": owners[former["code"]]},
                    _("A retired code belongs to one district."),
                    entry=district["code"],
                    line=read.line(("districts", i, "formerly")),
                )
            owners.setdefault(former["code"], district["name"])


def _organizations(read: Read, known: Known) -> Iterator[Problem]:
    file, entries = "organizations.yaml", read.data["organizations"]
    yield from _twice(file, read, ("organizations",), entries, ("code",))
    owners: dict[str, tuple[str, str]] = {}
    for i, entry in enumerate(entries):
        at: At = ("organizations", i)
        for name in (entry["name"], entry["name_en"], *entry.get("aliases", ())):
            key = variant_key(name, known.naming)
            if not key:
                yield Problem(
                    file,
                    "empty_name",
                    _("A name needs letters or figures."),
                    _("Write the name out."),
                    entry=entry["code"],
                    line=read.line(at),
                )
            elif key in owners and owners[key][0] != entry["code"]:
                yield Problem(
                    file,
                    "name_means_two",
                    _("%(name)s already means %(owner)s.")
                    % {"name": name, "owner": f"{owners[key][1]} ({owners[key][0]})"},
                    _("Leave the name to one institution."),
                    entry=entry["code"],
                    line=read.line(at),
                )
            owners.setdefault(key, (entry["code"], entry["name"]))
        if known.districts and entry.get("district") and entry["district"] not in known.districts:
            yield Problem(
                file,
                "unknown_district",
                _("No district has the code %(code)s.") % {"code": entry["district"]},
                _("Use a code of districts.yaml."),
                entry=entry["code"],
                line=read.line((*at, "district")),
            )
        part = entry.get("part_of")
        if part is None:
            continue
        if part not in known.organizations or part == entry["code"] or known.organizations[part].get("part_of"):
            yield Problem(
                file,
                "bad_part_of",
                _("%(code)s cannot be what this is part of.") % {"code": part},
                _("Name another institution of this file that is not itself a part."),
                entry=entry["code"],
                line=read.line((*at, "part_of")),
            )


def _channels(read: Read, known: Known) -> Iterator[Problem]:
    file, kinds = "channels.yaml", {k["code"] for k in read.data["kinds"]}
    yield from _twice(file, read, ("kinds",), read.data["kinds"], ("code", "name"))
    yield from _twice(file, read, ("routes",), read.data["routes"], ("code", "name"))
    for i, route in enumerate(read.data["routes"]):
        if route["kind"] not in kinds:
            yield Problem(
                file,
                "unknown_channel",
                _("No channel kind has the code %(code)s.") % {"code": route["kind"]},
                _("Use one of: %(choices)s.") % {"choices": ", ".join(sorted(kinds))},
                entry=route["code"],
                line=read.line(("routes", i, "kind")),
            )


def _policies(read: Read, known: Known) -> Iterator[Problem]:
    file, labels = "release_policies.yaml", read.data["release_labels"]
    first: dict[str, str] = {}
    for i, policy in enumerate(read.data["policies"]):
        at: At = ("policies", i)
        name = policy["organization"]
        code = known.organization(name)
        if known.organizations and code is None:
            yield Problem(
                file,
                "unknown_organization",
                _("organizations.yaml names no %(name)s.") % {"name": name},
                _("Use a code, name or alias of that file."),
                entry=name,
                line=read.line(at),
            )
        elif code is not None and code in first:
            yield Problem(
                file,
                "duplicate_policy",
                _("%(name)s and %(first)s are one institution.") % {"name": name, "first": first[code]},
                _("Keep one entry for it."),
                entry=name,
                line=read.line(at),
            )
        elif code is not None:
            first[code] = name
        if not policy.get("in_release_table"):
            continue
        for audience in ("public", "community"):
            if label_of(policy[audience], labels[audience]) is None:
                yield Problem(
                    file,
                    "no_label",
                    _("No label of release_labels fits the %(audience)s window %(window)s.")
                    % {"audience": audience, "window": policy[audience]},
                    _("Correct the window or add a label."),
                    entry=name,
                    line=read.line((*at, audience)),
                )


def _bulletin(read: Read, known: Known) -> Iterator[Problem]:
    file = "bulletin.yaml"
    yield from _twice(file, read, ("tables",), read.data["tables"], ("name",))
    for i, table in enumerate(read.data["tables"]):
        at: At = ("tables", i)
        columns = {c["code"] for c in table["columns"]}
        yield from _twice(file, read, (*at, "columns"), table["columns"], ("code",))
        order = table.get("order", "listed")
        for key, column in (
            ("order", order["by"] if isinstance(order, dict) else None),
            ("cumulative", (table.get("cumulative") or {}).get("column")),
        ):
            if column is not None and column not in columns:
                yield Problem(
                    file,
                    "unknown_column",
                    _("The table has no column %(code)s.") % {"code": column},
                    _("Use one of: %(choices)s.") % {"choices": ", ".join(sorted(columns))},
                    entry=f"{table['name']} {key}",
                    line=read.line((*at, key)),
                )
        for j, item in enumerate(table.get("list", ())):
            problem = _listed(table["rows"], item, known)
            if problem is not None:
                yield Problem(
                    file, problem[0], problem[1], problem[2], entry=table["name"], line=read.line((*at, "list", j))
                )


def _listed(rows: str, item: Any, known: Known) -> tuple[str, str, str] | None:
    if rows in ("cities", "kinds"):
        ok = isinstance(item, dict)
        return (
            None
            if ok
            else (
                "bad_shape",
                _("%(item)s needs code, name and name_en.") % {"item": item},
                _("Write it as {code: ..., name: ..., name_en: ...}."),
            )
        )
    declared: dict[str, tuple[Any, bool]] = {
        "organizations": (known.organizations, known.organization(str(item)) is not None),
        "districts": (known.districts, item in known.districts),
        "routes": (known.routes, item in known.routes.values()),
    }
    section, ok = declared[rows]
    if not section or ok:
        return None
    return (
        "unknown_row",
        _("%(item)s is none of the pack's %(rows)s.") % {"item": item, "rows": rows},
        _("Correct it, or declare it in its own file."),
    )


def _reasons(read: Read, known: Known) -> Iterator[Problem]:
    yield from _twice("reasons.yaml", read, ("reasons",), read.data["reasons"], ("code", "name"))


def _terminology(read: Read, known: Known) -> Iterator[Problem]:
    file = "terminology.yaml"
    for section in ("code_systems", "value_sets", "concept_maps"):
        yield from _twice(file, read, (section,), read.data.get(section, []), ("code",))
    systems = {s["code"]: set(s["concepts"]) for s in read.data["code_systems"]}
    wanted: list[tuple[At, str, str, list[str]]] = []
    for i, value_set in enumerate(read.data.get("value_sets", ())):
        wanted.append((("value_sets", i), value_set["code"], value_set["system"], value_set.get("include") or []))
    for i, concept_map in enumerate(read.data.get("concept_maps", ())):
        at: At = ("concept_maps", i)
        wanted.append((at, concept_map["code"], concept_map["source"], list(concept_map["mappings"])))
        wanted.append((at, concept_map["code"], concept_map["target"], list(concept_map["mappings"].values())))
    for at, entry, system, codes in wanted:
        if system not in systems:
            yield Problem(
                file,
                "unknown_system",
                _("No code system is named %(code)s.") % {"code": system},
                _("Use the code of one of code_systems."),
                entry=entry,
                line=read.line(at),
            )
            continue
        for code in codes:
            if code not in systems[system]:
                yield Problem(
                    file,
                    "unknown_code",
                    _("%(system)s has no code %(code)s.") % {"system": system, "code": code},
                    _("Correct the code or add it to the system."),
                    entry=entry,
                    line=read.line(at),
                )


def _streets(read: Read, known: Known) -> Iterator[Problem]:
    file = "streets.yaml"
    yield from _twice(file, read, ("streets",), read.data["streets"], ("code",))
    for i, street in enumerate(read.data["streets"]):
        for key in ("district", "run_by"):
            code = street.get(key)
            if known.districts and code is not None and code not in known.districts:
                yield Problem(
                    file,
                    "unknown_district",
                    _("No district has the code %(code)s.") % {"code": code},
                    _("Use a code of districts.yaml."),
                    entry=street["code"],
                    line=read.line(("streets", i, key)),
                )


def _reference(file: str, read: Read, known: Known) -> Iterator[Problem]:
    layouts = {t["name"]: t for t in known.entries("bulletin", "tables")}
    for name, table in read.data["tables"].items():
        layout = layouts.get(name)
        if layouts and layout is None:
            yield Problem(
                file,
                "unknown_table",
                _("bulletin.yaml has no table %(table)s.") % {"table": name},
                _("Describe the table there, or take it out here."),
                entry=name,
            )
            continue
        if layout is not None and [c["code"] for c in layout["columns"]] != table["columns"]:
            yield Problem(
                file,
                "other_columns",
                _("The columns are not those of bulletin.yaml."),
                _("Make both files name the same columns in the same order."),
                entry=name,
            )
        for column, names in (
            ("organization", known.names),
            ("district", known.district_names),
            ("route", known.routes),
        ):
            if column not in table["columns"] or not names:
                continue
            place = table["columns"].index(column)
            for row in table["rows"]:
                cell = str(row[place])
                found = known.organization(cell) if column == "organization" else names.get(cell)
                if found is None:
                    yield Problem(
                        file,
                        "unknown_row",
                        _("The pack knows no %(column)s %(cell)s.") % {"column": column, "cell": cell},
                        _("Add it, or add the name as an alias."),
                        entry=name,
                    )
