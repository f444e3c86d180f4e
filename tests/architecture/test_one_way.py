"""What ``docs/how-we-write.md`` says is written in one way, held where a reader of syntax can hold it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from jinling.kernel import outcomes
from tests.architecture import reading
from tests.architecture.reading import nodes
from tests.architecture.test_code import refusals

CONTEXT = re.compile(r"jinling/(?:foundation|services|data|channels)/\w+/(?P<inside>.+)")
KERNEL = frozenset(name for name, kind in vars(outcomes).items() if isinstance(kind, type) and "code" in vars(kind))
FIELD = re.compile(r"%\((\w+)\)")
GETTEXT = re.compile(r"_|n?p?gettext(?:_lazy|_noop)?")

Check = Callable[[str, str], Iterator[str]]


def inside(where: str) -> str:
    """A file's place within its context; nothing for a file of no context."""
    found = CONTEXT.fullmatch(where)
    return found["inside"] if found else ""


def bare_refusals(where: str, text: str) -> Iterator[str]:
    """A refusal that says ``invalid`` or ``not_found`` and not what: its code is public, programs act on it."""
    for node in nodes(text) if inside(where) else ():
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call | ast.Name):
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name in KERNEL:
                yield f"{where}:{node.lineno}: {name} says too little: a class in rules, named by what it is about"


def ages_by_hand(where: str, text: str) -> Iterator[str]:
    """Years of two dates subtracted: whoever forgets the birthday is wrong for half of the people."""
    for node in nodes(text) if where != "jinling/kernel/ages.py" else ():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            sides = [getattr(side, "attr", "") for side in (node.left, node.right)]
            if sides == ["year", "year"]:
                yield f"{where}:{node.lineno}: ages come from jinling.kernel.ages"


def reads_in_faces(where: str, text: str) -> Iterator[str]:
    """A table asked in a page or an endpoint: reads stand in ``queries``. Libraries' own tables aside."""
    if not re.match(r"(?:pages|api)(?:/|\.py)", inside(where)):
        return
    foreign = {
        alias.asname or alias.name
        for node in nodes(text)
        if isinstance(node, ast.ImportFrom) and not str(node.module).startswith("jinling.")
        for alias in node.names
    }
    for node in nodes(text):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and getattr(node.value, "id", "") not in foreign:
            yield f"{where}:{node.lineno}: {ast.unparse(node)}: reads stand in queries"


def labels_elsewhere(where: str, text: str) -> Iterator[str]:
    """A table of codes and their names away from pages, tags and the model that has the choices."""
    place = inside(where)
    if not place or re.match(r"(?:pages|templatetags|models|wordings)(?:/|\.py)", place) or "/channels/" in where:
        return  # a channel is nothing but faces
    for node in nodes(text):
        if isinstance(node, ast.Dict) and len(node.keys) > 1:
            named = [
                isinstance(key, ast.Constant)
                and isinstance(value, ast.Call)
                and bool(GETTEXT.fullmatch(getattr(value.func, "id", "")))
                and not re.search(r"%|\.$", str(getattr(value.args[-1], "value", "")))  # a sentence is no name
                for key, value in zip(node.keys, node.values, strict=True)
            ]
            if all(named):
                yield f"{where}:{node.lineno}: names of codes stand beside the page that shows them"


@cache
def fields_of() -> dict[str, list[tuple[set[str], set[str]]]]:
    """The fields of each refusal's text and of its advice, by the name of its class; none where it fills its own."""
    found: dict[str, list[tuple[set[str], set[str]]]] = {}
    for kind in refusals():
        if kind.__init__ is not outcomes.Refused.__init__:
            continue
        own = (set(FIELD.findall(str(kind.text))), set(FIELD.findall(str(kind.mend))))
        found.setdefault(kind.__name__, []).append(own)
    return found


def unfilled_refusals(where: str, text: str) -> Iterator[str]:
    """A refusal raised without what its sentence speaks of: its reader sees ``%(name)s``."""
    for node in nodes(text):
        if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call | ast.Name | ast.Attribute):
            continue
        call = node.exc if isinstance(node.exc, ast.Call) else None
        named = call.func if call else node.exc
        given = {one.arg for one in call.keywords} if call else set()
        wanted = fields_of().get(getattr(named, "attr", getattr(named, "id", "")), [])
        if None in given or not wanted:
            continue  # a mapping is handed over; or no refusal at all
        lacking = [said | (set() if "mend" in given else advice) for said, advice in wanted]
        if all(fields - given for fields in lacking):
            yield f"{where}:{node.lineno}: {ast.unparse(named)} wants {', '.join(sorted(lacking[0] - given))}"


@pytest.mark.parametrize("check", [bare_refusals, ages_by_hand, reads_in_faces, labels_elsewhere, unfilled_refusals])
def test_it_is_written_in_one_way(check: Check) -> None:
    texts = ((reading.place(path), path.read_text(encoding="utf-8")) for path in reading.code(".py"))
    faults = [fault for where, text in texts for fault in check(where, text)]
    assert not faults, "\n".join(faults)


def test_refusals_stand_in_rules() -> None:
    """What a context refuses is read in one place. Kernel, engine, web and config are no contexts."""
    stray = [
        f"{kind.__module__}.{kind.__name__}"
        for kind in refusals()
        if re.match(r"jinling\.(?:foundation|services|data|channels)\.", kind.__module__)
        and not re.match(r"jinling\.\w+\.\w+\.rules(?:\.|$)", kind.__module__)
        and ".tests." not in kind.__module__
    ]
    assert not stray, "\n".join(sorted(stray))


@pytest.mark.parametrize(
    ("check", "where", "text"),
    [
        (bare_refusals, "jinling/services/x/usecases.py", "raise NotFound(where='a')"),
        (bare_refusals, "jinling/services/x/usecases.py", "raise outcomes.Invalid(where='a') from None"),
        (bare_refusals, "jinling/services/x/pages/a.py", "raise Denied"),
        (ages_by_hand, "jinling/services/x/rules.py", "age = day.year - person.birth_date.year"),
        (reads_in_faces, "jinling/services/x/pages.py", "rows = Call.objects.all()"),
        (reads_in_faces, "jinling/services/x/api/calls.py", "row = models.Call.objects.get(pk=1)"),
        (unfilled_refusals, "jinling/services/x/api.py", "raise directory.DistrictUnknown(where='a')"),
        (unfilled_refusals, "jinling/services/x/api.py", "raise DistrictUnknown"),
        (labels_elsewhere, "jinling/services/x/rules.py", "NAMES = {'a': _('A'), 'b': pgettext_lazy('x', 'B')}"),
    ],
)
def test_a_planted_fault_is_found(check: Check, where: str, text: str) -> None:
    assert list(check(where, text)) != []
    assert list(check(where, "from jinling.services.x import public")) == []
