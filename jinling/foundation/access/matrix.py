"""The matrix of permissions: every address × every role × every relation, computed from what is declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinling.foundation.access.queries import grants, permissions, relations, roles
from jinling.foundation.access.routes import Route, routes
from jinling.foundation.access.rules.decisions import IN_EMERGENCY, Circumstances, decide
from jinling.foundation.access.rules.roles import LEVELS


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a role may use an address when it stands in a relation to the person concerned, everything else
    being there: purpose, consent, a fresh sign-in, a second factor."""

    route: Route
    role: str
    relation: str
    allowed: bool


def cells() -> Iterator[Cell]:
    """Every cell of every address that declares itself.

    An address that declares nothing has no cells: nobody comes in, and the test of the matrix fails.
    """
    for route in routes():
        for role in roles().values():
            for relation in relations():
                if route.declared is not None:
                    yield Cell(route, role.code, relation, _allowed(route, role.code, relation))


def _allowed(route: Route, code: str, relation: str) -> bool:
    declared, role = route.declared, roles()[code]
    if declared is None:
        return False
    if not declared.permission:
        return True
    if role.kind != "system" and (role.kind in ("staff", "citizen")) != (route.method == "PAGE"):
        return False  # people use pages, programs use endpoints
    purpose = declared.purpose or role.purposes[0]
    everything = Circumstances(second_factor=True, fresh=True, emergency=purpose in IN_EMERGENCY)
    granted = declared.permission in grants()[code] or role.kind == "system"
    # In an emergency the relation is what is missing: the cell tells of the relations the address is for.
    if relation not in declared.relations or relation not in role.relations:
        return False
    return decide(
        role=role,
        granted=granted,
        declared=declared,
        relation=relation,
        asks_consent=relations()[relation].asks_consent,
        purpose=purpose,
        consent=True,
        level=declared.level,
        circumstances=everything,
    ).allowed


def markdown() -> str:
    """The matrix as a page of the documentation."""
    lines = [
        "# Who may do what",
        "",
        "Printed by `jinling permissions -o docs/reference/permissions.md` from what stands next to each page and",
        "endpoint; a test holds this page against the code. Whatever is not declared is denied.",
        "",
        "An access is allowed when all of these are there: the **role** holds the permission, the actor stands in one",
        "of the **relations** to the person concerned, the **purpose** of use belongs to the role, the person's",
        "**consent** does not forbid it, the data's **level** is within the role's, and the **context** is right",
        "(second factor, fresh sign-in, open emergency access).",
        "",
        "## Roles",
        "",
        "| role | kind | purposes of use | relations | level up to | second factor |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{role.code}` {role.label} | {role.kind} | {', '.join(role.purposes)} | {', '.join(role.relations)} "
        f"| {role.level} {LEVELS[role.level].lower()} | {_yes(role.second_factor and role.kind == 'staff')} |"
        for role in roles().values()
        if role.kind != "system"
    ]
    lines += ["", "## Relations", "", "| relation | meaning |", "|---|---|"]
    lines += [f"| {relation.name} | {relation.label} |" for relation in relations().values()]
    lines += ["", "## Permissions", "", "| permission | meaning | roles |", "|---|---|---|"]
    for code, permission in sorted(permissions().items()):
        holders = ", ".join(f"`{role}`" for role in roles() if code in grants()[role])
        lines.append(f"| `{code}` | {permission.label} | {holders} |")
    lines += [
        "",
        "## Addresses",
        "",
        "| address | method | permission | level | who, in which relation |",
        "|---|---|---|---|---|",
    ]
    found: dict[Route, dict[str, list[str]]] = {}
    for cell in cells():
        who = found.setdefault(cell.route, {})
        if cell.allowed and cell.route.declared and cell.route.declared.permission and cell.role != "system":
            who.setdefault(cell.role, []).append(cell.relation)
    for route, holders_of in sorted(found.items(), key=lambda item: (item[0].pattern, item[0].method)):
        declared = route.declared
        if declared is None:
            continue
        who_may = "; ".join(f"`{role}` {'/'.join(names)}" for role, names in holders_of.items())
        fresh = ", fresh sign-in" if declared.fresh or declared.level >= 5 else ""
        purpose = f", {declared.purpose}" if declared.purpose else ""
        address = route.pattern.replace("|", "\\|").replace("<", "{").replace(">", "}")
        lines.append(
            f"| {address} | {route.method} | {f'`{declared.permission}`' if declared.permission else '-'} "
            f"| {declared.level} | {who_may + purpose + fresh if declared.permission else 'everyone'} |"
        )
    return "\n".join(lines) + "\n"


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
