from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from jinling.web.command import Command as BaseCommand, say

Step = directory.Step
# What each step is, and what stands behind the institution's name.
STEPS: Mapping[Step, tuple[str, str, str]] = {
    Step.RENAME: ("give it a new name; the old one stays an alias", "name", "NAME"),
    Step.MOVE: ("it lies in another district", "district", "DISTRICT"),
    Step.REOWN: ("it is somebody else's", "ownership", "OWNERSHIP"),
    Step.CLOSE: ("it takes part no longer", "", ""),
    Step.REOPEN: ("it takes part again", "", ""),
    Step.MERGE: ("others end and go on as this one", "others", "OTHER"),
    Step.SPLIT: ("others, registered before, take over from it", "others", "OTHER"),
    Step.SUCCEED: ("another one, registered before, takes over whole", "others", "OTHER"),
    Step.CORRECT: ("what it was over a span was otherwise than it is believed", "", ""),
}
PAIR = {"code": "institution", "successor": "successor"}


class Command(BaseCommand):
    help = "Find institutions and keep them in time: directory resolve NAME, directory rename CODE NAME --on DAY ..."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        resolve = verbs.add_parser("resolve", help="which institution a name, alias or code means")
        resolve.add_argument("name", metavar="NAME")
        search = verbs.add_parser("search", help="institutions by part of a name, pinyin or initials")
        search.add_argument("text", metavar="TEXT")
        listing = verbs.add_parser("list", help="all institutions in print order")
        listing.add_argument("--kind", choices=directory.Kind.values)
        listing.add_argument("--ownership", choices=directory.Ownership.values)
        listing.add_argument("--district", metavar="CODE", help="a district's code or name")
        history = verbs.add_parser("history", help="what is believed of one, from which day on, and who said so")
        history.add_argument("institution", metavar="CODE", help="its code or a name")
        alias = verbs.add_parser("alias", help="let another way of writing mean an institution")
        alias.add_argument("institution", metavar="CODE", help="its code or a name")
        alias.add_argument("name", metavar="NAME")
        unalias = verbs.add_parser("unalias", help="let a way of writing that was added mean an institution no longer")
        unalias.add_argument("institution", metavar="CODE", help="its code or a name")
        unalias.add_argument("name", metavar="NAME")
        retract = verbs.add_parser("retract", help="another one did not take over from it: that it was believed stays")
        retract.add_argument("institution", metavar="CODE", help="its code or a name")
        retract.add_argument("successor", metavar="OTHER", help="who was said to take over: a code or a name")
        retract.add_argument("--reason", default="", metavar="TEXT", help="the document or the decision")
        register = verbs.add_parser("register", help="enter an institution that the city pack does not know")
        register.add_argument("code", metavar="CODE", help="never used before, nor ever again")
        register.add_argument("name", metavar="NAME")
        register.add_argument("--name-en", required=True, metavar="NAME", help="its English name")
        register.add_argument("--kind", required=True, choices=directory.Kind.values)
        register.add_argument("--ownership", required=True, choices=directory.Ownership.values)
        register.add_argument("--level", default="", choices=directory.Level.values)
        register.add_argument("--district", metavar="CODE")
        register.add_argument("--part-of", metavar="CODE")
        register.add_argument("--opened", type=date.fromisoformat, metavar="DAY", help="left out: it always was")
        register.add_argument("--reason", default="", metavar="TEXT", help="the document or the decision")
        for verb in (resolve, search, listing, history, alias, unalias, retract, register):
            self.add_json(verb)
        for step, (text, name, shown) in STEPS.items():
            self._add_step(verbs.add_parser(step.value, help=text), step, name, shown)

    def _add_step(self, parser: Any, step: Step, name: str, shown: str) -> None:
        parser.add_argument("institution", metavar="CODE", help="its code or a name")
        if name:
            parser.add_argument(name, metavar=shown, **({"nargs": "+"} if name == "others" else {}))
        if step in (Step.RENAME, Step.CORRECT):
            parser.add_argument("--name-en", metavar="NAME", help="its English name")
        if step is Step.SPLIT:
            parser.add_argument("--stays", action="store_true", help="it does not end")
        if step is Step.CORRECT:
            parser.add_argument("--name", metavar="NAME")
            parser.add_argument("--kind", choices=directory.Kind.values)
            parser.add_argument("--ownership", choices=directory.Ownership.values)
            parser.add_argument("--level", choices=directory.Level.values)
            parser.add_argument("--district", metavar="CODE")
            parser.add_argument("--part-of", metavar="CODE")
            parser.add_argument("--active", choices=("yes", "no"), help="whether it was open")
            parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="from which it no longer holds")
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="DAY", help="from which it holds; by default today"
        )
        parser.add_argument("--reason", default="", metavar="TEXT", help="the document or the decision")
        parser.add_argument("--preview", action="store_true", help="show what would change, and change nothing")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        verb = options["verb"]
        if verb == "resolve":
            self._one(directory.resolve(options["name"]), options["as_json"])
        elif verb == "history":
            self._history(directory.resolve(options["institution"]), options["as_json"])
        elif verb == "alias":
            row = directory.resolve(options["institution"])
            added = directory.alias(by=system("operator"), code=row.code, name=options["name"])
            self._one(directory.resolve(added.name), options["as_json"])
        elif verb == "unalias":
            row = directory.resolve(options["institution"])
            self._one(directory.unalias(by=system("operator"), code=row.code, name=options["name"]), options["as_json"])
        elif verb == "retract":
            pair = {name: directory.resolve(options[key]).code for name, key in PAIR.items()}
            row = directory.retract(by=system("operator"), **pair, reason=options["reason"])
            self._one(row, options["as_json"])
        elif verb == "register":
            names = ("code", "name", "name_en", "kind", "ownership", "level", "district", "part_of", "opened", "reason")
            row = directory.register(by=system("operator"), **{name: options[name] for name in names})
            self._one(row, options["as_json"])
        elif verb in set(STEPS):
            self._change(options)
        else:
            self._list(options)

    def _one(self, found: directory.Organization, as_json: bool) -> None:
        if as_json:
            self.print_json(_entry(found, aliases=True))
        else:
            self.stdout.write(f"{found.code}\t{found.name}")

    def _list(self, options: Mapping[str, Any]) -> None:
        if options["verb"] == "search":
            rows = directory.search(options["text"])
        else:
            district = directory.district(options["district"]).code if options["district"] else None
            rows = list(
                directory.organizations(kind=options["kind"], ownership=options["ownership"], district=district)
            )
        if options["as_json"]:
            self.print_json([_entry(row) for row in rows])
            return
        for row in rows:
            place = row.district.name if row.district else ""
            self.stdout.write("\t".join((row.code, row.name, row.kind, row.ownership, place)))

    def _history(self, row: directory.Organization, as_json: bool) -> None:
        rows = [
            {
                "from": version.from_on,
                "until": version.until_on,
                "name": version.name,
                "name_en": version.name_en,
                "kind": version.kind,
                "ownership": version.ownership,
                "level": version.level,
                "district": version.district.code if version.district else None,
                "part_of": version.part_of.code if version.part_of else None,
                "active": version.active,
                "recorded": version.recorded_at,
                "superseded": version.superseded_at,
                "source": version.source,
                "by": version.by,
                "reason": version.reason,
            }
            for version in directory.history(row.pk)
        ]
        passed = [
            {"from": one.predecessor.code, "to": one.successor.code, "kind": one.kind, "on": one.from_on}
            for one in directory.successions(row.pk)
        ]
        if as_json:
            self.print_json({"code": row.code, "versions": rows, "successions": passed})
            return
        for version in (one for one in rows if one["superseded"] is None):
            shown = ("from", "until", "name", "kind", "ownership", "district", "active", "source", "reason")
            self.stdout.write("\t".join("" if version[key] is None else str(version[key]) for key in shown))
        for passage in passed:
            self.stdout.write("\t".join(str(value) for value in passage.values()))

    def _change(self, options: Mapping[str, Any]) -> None:
        change = _change(options)
        if not options["preview"]:
            self._one(directory.change(by=system("operator"), change=change), options["as_json"])
            return
        seen = directory.preview(change)
        effects = [
            {"code": one.code, "name": one.name, "from": one.from_on, "until": one.until_on, "fact": one.fact,
             "before": one.before, "after": one.after}
            for one in seen.effects
        ]  # fmt: skip
        if options["as_json"]:
            self.print_json(
                {
                    "effects": effects,
                    "successions": [
                        {"from": one.predecessor[0], "to": one.successor[0], "kind": one.kind, "on": one.on}
                        for one in seen.successions
                    ],
                    "names": seen.names,
                    "past": seen.past,
                }
            )
            return
        for effect in effects:
            self.stdout.write("\t".join("" if value is None else str(value) for value in effect.values()))
        for passage in seen.successions:
            self.stdout.write("\t".join((passage.predecessor[0], passage.successor[0], passage.kind, str(passage.on))))
        if seen.past is not None:
            say(
                gettext("Figures that are counted again change from %(month)s on; what was released stays.")
                % {"month": f"{seen.past:%Y-%m}"}
            )


def _change(options: Mapping[str, Any]) -> directory.Change:
    step = Step(options["verb"])
    names = ("name", "name_en", "kind", "ownership", "level", "district", "part_of", "active")
    values = {name: options[name] for name in names if options.get(name) is not None}
    if "active" in values:
        values["active"] = values["active"] == "yes"
    return directory.Change(
        step,
        directory.resolve(options["institution"]).code,
        options["on"] or timezone.localdate(),
        values,
        options.get("until"),
        tuple(directory.resolve(name).code for name in options.get("others") or ()),
        not options.get("stays", False),
        options["reason"],
    )


def _entry(row: directory.Organization, *, aliases: bool = False) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind,
        "ownership": row.ownership,
        "level": row.level,
        "district": row.district.code if row.district else None,
        "district_name": row.district.name if row.district else None,
        "part_of": row.part_of.code if row.part_of else None,
        "active": row.active,
    }
    if aliases:
        entry["aliases"] = [a.name for a in row.aliases.filter(source__in=("pack", "staff")).order_by("id")]
    return entry
