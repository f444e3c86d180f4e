"""The tree read as text and syntax: what import-linter cannot see. Each check yields ``place: what is wrong``."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "jinling"

LONGEST = 400
WIDEST = 120
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3000-\u303f\uff01-\uff5e]")
BANNED_NAMES = frozenset(
    {"utils", "util", "helpers", "common", "misc", "base", "core", "manager", "managers", "services"}
)
UNREAD = frozenset({"migrations", "cities", "vendor", "__pycache__"})
# Written so that this file does not find itself.
UNFINISHED = re.compile(
    r"\b(?:TO[D]O|FIXM[E]|XX[X]|HAC[K])\b|raise NotImplemente[d]Error|pragma: no cove[r]"
    r"|pytest\.mark\.(?:ski[p]|xfai[l])\b"
)


OF_CHINESE = re.compile(r"zh(?:[-_][A-Za-z]+)*")
ASKED_IN_TEMPLATE = re.compile(r"LANGUAGE_CODE|[\"']zh(?:[-_][A-Za-z]+)*[\"']|== ?[\"']en[\"']")


def code(*suffixes: str, tests: bool = False) -> list[Path]:
    """Files of the package with one of the suffixes: no migrations, no city packs, no data, tests only if asked."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in suffixes and UNREAD.isdisjoint(path.parts) and (tests or not is_test(path))
    ]


def is_test(path: Path) -> bool:
    """Whether a file belongs to tests."""
    return "tests" in path.parts or path.name == "conftest.py"


def place(path: Path) -> str:
    """A file's name as people say it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


@functools.cache
def parsed(text: str) -> ast.Module:
    """The syntax of a text, made once for all checks that look at it; none of them changes it."""
    return ast.parse(text)


@functools.cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    """Every node of a text's syntax, as ``ast.walk`` goes."""
    return tuple(ast.walk(parsed(text)))


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Strings of a module with their lines, an f-string as one with ``{}`` for what is put in.

    Docstrings are for people and may name anything.
    """
    aside = {
        id(node.body[0].value)
        for node in nodes(source)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes(source):
        if isinstance(node, ast.JoinedStr):
            aside |= {id(part) for part in node.values}
            yield node.lineno, "".join(part.value if _is_text(part) else "{}" for part in node.values)
        elif _is_text(node) and id(node) not in aside:
            yield node.lineno, node.value


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def too_long(where: str, text: str) -> Iterator[str]:
    """A file that should have become a folder."""
    lines = text.count("\n") + 1
    if lines > LONGEST:
        yield f"{where}: {lines} lines, split it into a folder of the same name"


def too_wide(where: str, text: str) -> Iterator[str]:
    """A line that nobody reads to its end. Python's are measured by ruff."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > WIDEST:
            yield f"{where}:{number}: {len(line)} characters, {WIDEST} is the most"


def banned_name(where: str) -> Iterator[str]:
    """A name that says nothing about what is inside."""
    for part in Path(where).with_suffix("").parts[2:]:  # below the shelf, whose name is the house's own
        if part in BANNED_NAMES:
            yield f"{where}: {part!r} says nothing about what is inside"


def chinese(where: str, text: str) -> Iterator[str]:
    """Chinese in code: texts for people are English msgids, translated in locale files."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := CHINESE.search(line):
            yield f"{where}:{number}: {found.group()} belongs in a locale file or a data file"


def languages(where: str, text: str) -> Iterator[str]:
    """Chinese or English asked for by name: a city has its own language and English, and ``kernel.languages`` says
    which of two texts a reader gets."""
    for node in nodes(text):
        asked: list[ast.expr] = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OF_CHINESE.fullmatch(node.value):
            yield f"{where}:{node.lineno}: {node.value} is asked for by name"
        elif isinstance(node, ast.Compare):
            asked = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and _called(node) in ("startswith", "override", "activate"):
            asked = node.args
        for part in asked:
            if isinstance(part, ast.Constant) and part.value == "en":
                yield f"{where}:{node.lineno}: English is asked for by name"


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def languages_of_template(where: str, text: str) -> Iterator[str]:
    """The same in a template: names are chosen by the filter ``named``, a page's own language by ``lang``."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := ASKED_IN_TEMPLATE.search(line):
            yield f"{where}:{number}: {found.group()} asks for a language by name"


def unfinished(where: str, text: str) -> Iterator[str]:
    """Marks of unfinished work, and tests that are told not to run."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := UNFINISHED.search(line):
            yield f"{where}:{number}: {found.group()}"


def undescribed(where: str, text: str) -> Iterator[str]:
    """Public functions without types or docstring, and public methods without types.

    A method of a class that extends another may override: it needs types, its docstring stands
    where it was first declared.
    """
    for node in parsed(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield from _faults(where, node, docstring=True)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for part in node.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and not part.name.startswith("_"):
                    yield from _faults(where, part, docstring=not node.bases, owner=node.name)


def _faults(
    where: str, function: ast.FunctionDef | ast.AsyncFunctionDef, *, docstring: bool, owner: str = ""
) -> Iterator[str]:
    name = f"{owner}.{function.name}" if owner else function.name
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    if owner and not any(getattr(mark, "id", "") == "staticmethod" for mark in function.decorator_list):
        arguments = arguments[1:]
    if any(argument.annotation is None for argument in arguments) or function.returns is None:
        yield f"{where}:{function.lineno}: {name} needs types"
    if docstring and not ast.get_docstring(function) and not _is_overload(function) and not _is_endpoint(function):
        yield f"{where}:{function.lineno}: {name} needs a docstring"


def _is_overload(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        getattr(mark, "id", getattr(mark, "attr", "")) in ("overload", "setter") for mark in function.decorator_list
    )


def _is_endpoint(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    # An endpoint says what it is in its summary, which the interface description prints.
    return any(
        keyword.arg in ("summary", "description")
        for mark in function.decorator_list
        if isinstance(mark, ast.Call)
        for keyword in mark.keywords
    )


def foreign_includes(where: str, text: str, app: str, known: frozenset[str]) -> Iterator[str]:
    """Templates that include or extend another app's files; ``known`` are the apps that have templates."""
    for found in re.finditer(r"""{%-?\s*(?:include|extends)\s+["']([^"'/]+)/""", text):
        other = found.group(1)
        if other in known and other not in (app, "web"):
            yield f"{where}: uses a file of {other}; templates use their own app's or web's"
