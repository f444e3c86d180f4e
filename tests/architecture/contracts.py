"""Two layer rules that import-linter has no ready contract for. ``lint-imports`` runs them; so do the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grimp import ImportGraph, Layer
from importlinter import Contract, ContractCheck, output

from jinling.kernel.contexts import SHELVES
from jinling.kernel.sockets import SOCKETS

# Inside a context, from high to low. What stands on none of these steps is judged by its neighbours.
STEPS = (tuple(SOCKETS), ("public",), ("usecases",), ("queries",), ("models",), ("events",), ("rules",))
Breach = tuple[str, str]  # importer, imported


def contexts_in(graph: ImportGraph) -> tuple[str, ...]:
    """Every package directly under a shelf."""
    return tuple(
        context
        for shelf in SHELVES
        if f"jinling.{shelf}" in graph.modules and shelf != "web"
        for context in sorted(graph.find_children(f"jinling.{shelf}"))
        if graph.find_children(context)
    )


def without_tests(graph: ImportGraph) -> ImportGraph:
    """The graph less the contexts' tests, which may look wherever they must."""
    for module in sorted(graph.modules):
        if {"tests", "conftest"} & set(module.split(".")):
            graph.remove_module(module)
    return graph


def past_the_face(graph: ImportGraph) -> Iterator[Breach]:
    """Imports that reach into another context by another door than its ``public``."""
    homes = {module: context for context in contexts_in(graph) for module in _with_descendants(graph, context)}
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            home = homes.get(imported)
            if home is None or home == homes.get(importer) or imported == f"{home}.public":
                continue
            yield importer, imported


def against_the_steps(graph: ImportGraph) -> Iterator[Breach]:
    """Imports inside a context that climb: from rules to models, from queries to use cases."""
    layers = [Layer(*step, independent=False) for step in STEPS]
    for context in contexts_in(graph):
        for dependency in graph.find_illegal_dependencies_for_layers(layers, containers={context}):
            for route in dependency.routes:
                chain = (sorted(route.heads)[0], *route.middle, sorted(route.tails)[0])
                yield from [(chain[0], chain[-1])] if len(chain) > 2 else [(chain[0], chain[1])]


def _with_descendants(graph: ImportGraph, context: str) -> Iterable[str]:
    return {context} | graph.find_descendants(context)


class _BreachContract(Contract):
    def breaches(self, graph: ImportGraph) -> Iterator[Breach]:
        """The imports that break the rule."""
        raise AssertionError("a contract names its breaches")

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Called by import-linter."""
        found = sorted(set(self.breaches(without_tests(graph))))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Called by import-linter for a broken contract."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"- {importer} -> {imported}")
        output.new_line()


class PublicOnlyContract(_BreachContract):
    """Contexts meet only through ``public``."""

    type_name = "public_only"

    def breaches(self, graph: ImportGraph) -> Iterator[Breach]:
        """The imports that break the rule."""
        return past_the_face(graph)


class StepsContract(_BreachContract):
    """Inside a context: sockets, public, usecases, queries, models, events, rules."""

    type_name = "steps"

    def breaches(self, graph: ImportGraph) -> Iterator[Breach]:
        """The imports that break the rule."""
        return against_the_steps(graph)


class NeighboursContract(_BreachContract):
    """No circles among the contexts of a shelf."""

    type_name = "no_circles"

    def breaches(self, graph: ImportGraph) -> Iterator[Breach]:
        """The imports that break the rule."""
        for shelf in SHELVES:
            if shelf != "web" and f"jinling.{shelf}" in graph.modules:
                yield from graph.nominate_cycle_breakers(f"jinling.{shelf}")
