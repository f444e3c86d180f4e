"""A face offers what somebody outside uses, and nothing else: values and functions, not tables."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Model

from jinling.kernel.contexts import contexts
from tests.architecture.reading import ROOT, code, nodes, place

FACES = [context for context in contexts() if importlib.util.find_spec(f"{context}.public")]
# Inside a context the face is used by what stands above it; below it are the floors that it is made of.
BELOW = ("rules", "events", "models", "queries", "usecases", "public", "values", "rights")
# Verbs and reads; a page may name the tables of its own context as types.
FLOORS = ("queries", "usecases")
# Tables that others point keys at and read, said so in their context's docstring.
TABLES = frozenset({"Organization", "District", "Practitioner", "Entry"})


def imports(source: str) -> Iterator[tuple[str, str, str]]:
    """``(module, name, bound as)`` of everything that a module imports from another."""
    for node in nodes(source):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name, alias.asname or alias.name) for alias in node.names)


def used(path: Path) -> Iterator[tuple[str, str]]:
    """``(context, name)`` of the names of faces that a file uses."""
    source = path.read_text(encoding="utf-8")
    faces = {bound: module for module, name, bound in imports(source) if name == "public"}
    for module, name, _bound in imports(source):
        if module.endswith(".public"):
            yield module.removesuffix(".public"), name
    for node in nodes(source):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in faces:
            yield faces[node.value.id], node.attr


def is_below(context: str, path: Path) -> bool:
    """Whether a file is one of the floors under the context's own face."""
    inside = Path(*context.split("."))
    try:
        first = path.relative_to(ROOT / inside).parts[0]
    except ValueError:
        return False
    return first.removesuffix(".py") in BELOW


@functools.cache
def users() -> dict[str, set[str]]:
    """Names of each face that a file outside its floors uses; tests use what they need and count for nothing."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in [*code(".py"), *sorted((ROOT / "benchmarks").glob("*.py"))]:
        for context, name in used(path):
            if not is_below(context, path):
                found[context].add(name)
    return found


@pytest.mark.parametrize("context", FACES)
def test_every_name_of_a_face_has_a_user(context: str) -> None:
    offered = set(importlib.import_module(f"{context}.public").__all__)
    unused = offered - users()[context]
    assert sorted(unused) == [], "take them off the face, or delete them"


@pytest.mark.parametrize("context", FACES)
def test_a_face_offers_values_and_functions_not_tables(context: str) -> None:
    face = importlib.import_module(f"{context}.public")
    tables = {
        name for name in face.__all__ if inspect.isclass(found := getattr(face, name)) and issubclass(found, Model)
    }
    assert sorted(tables - TABLES) == []


def test_pages_and_api_go_through_the_own_face() -> None:
    faults = []
    for path in code(".py"):
        parts = place(path).removesuffix(".py").split("/")
        if len(parts) < 4 or parts[3] not in ("pages", "api", "fhir") or parts[0] != "jinling":
            continue
        own = ".".join(parts[:3])
        for module, name, _bound in imports(path.read_text(encoding="utf-8")):
            floor = module.removeprefix(f"{own}.").split(".")[0] if module.startswith(f"{own}.") else ""
            if floor in FLOORS or (module == own and name in FLOORS):
                faults.append(f"{place(path)}: {module}.{name}")
    assert faults == [], "offer these on the context's public.py, and import them from there"
