"""Whether a value fits the annotation it is declared by, told in words: a slip of the pen in what a context offers is a
fault of the code, found at start and not when somebody first comes by."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Fitting = Callable[[Any, tuple[Any, ...]], Iterator[str]]


def misfits(item: Any, kind: type | None = None) -> Iterator[str]:
    """What of a dataclass, or of an object that stands for a protocol, is not what its annotations say.

    The first text is what it is called by and may not be empty. Methods of a protocol must take as many arguments by
    position.
    """
    kind = kind or type(item)
    called = next((name for name, hint in _hints(kind).items() if hint is str), "")
    for name, hint in _hints(kind).items():
        if not hasattr(item, name):
            yield f"{name} is missing"
            continue
        value = getattr(item, name)
        yield from (f"{name} {fault}" for fault in faults(value, hint))
        if name == called and value == "":
            yield f"{name} is empty"
    if not is_dataclass(kind):
        for name, method in vars(kind).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                wanted = len(inspect.signature(method).parameters) - 1
                yield from (f"{name} {fault}" for fault in call_faults(getattr(item, name, None), wanted))


def faults(value: Any, hint: Any) -> Iterator[str]:
    """What is wrong with a value that is annotated so."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return
    if origin in (Union, types.UnionType):
        told = [list(faults(value, one)) for one in arguments]
        yield from () if [] in told else told[0]
    elif origin in FITTINGS:
        yield from FITTINGS[origin](value, arguments)
    elif hint is None or hint is type(None):
        if value is not None:
            yield f"is {value!r}, not None"
    elif isinstance(hint, type):
        number = (int, float) if hint is float else hint
        if not isinstance(value, number) or (isinstance(value, bool) and hint is not bool):
            yield f"is {value!r}, no {hint.__name__}"


@lru_cache(maxsize=128)
def _hints(kind: type) -> Mapping[str, Any]:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {one.name: hints[one.name] for one in fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("_")}


def _literal(value: Any, allowed: tuple[Any, ...]) -> Iterator[str]:
    if value not in allowed:
        yield f"is {value!r}, none of {', '.join(map(str, allowed))}"


def _callable(value: Any, arguments: tuple[Any, ...]) -> Iterator[str]:
    wanted = arguments[0] if arguments else ...
    yield from call_faults(value, None if wanted is ... else len(wanted))
    if arguments and arguments[1] in (None, type(None)) and _runs(inspect.isgeneratorfunction, value):
        yield "yields: nobody asks it for what comes, so that it would never run"


def _runs(kind: Callable[[Any], bool], value: Any) -> bool:
    """Whether a function, or what is called when an object is, is of a kind (asynchronous, a generator)."""
    value = value.func if isinstance(value, functools.partial) else value
    return kind(value) or kind(getattr(type(value), "__call__", None))  # noqa: B004 - the function, not whether it is one


def call_faults(value: Any, arguments: int | tuple[str, ...] | None, *, by_name: bool = False) -> Iterator[str]:
    """What is wrong with a function that is called with so many arguments, or with these, by position or by name; None
    where it is not said with which."""
    if not callable(value):
        yield f"is {value!r}, no function"
        return
    if _runs(inspect.iscoroutinefunction, value) or _runs(inspect.isasyncgenfunction, value):
        yield "is asynchronous: nobody awaits it, so that it would never run"
    try:
        signature = inspect.signature(value)
    except ValueError:  # some that are written in C do not say
        return
    if arguments is None:
        return
    names = () if isinstance(arguments, int) else arguments
    given = range(arguments) if isinstance(arguments, int) else arguments
    taken = tuple(signature.parameters)
    called = f"({', '.join(names)})" if names else str(arguments)
    wanted = f"takes ({', '.join(taken)}), not {called}"
    try:
        _ = signature.bind(**dict.fromkeys(names)) if by_name else signature.bind(*given)
    except TypeError:
        yield f"{wanted} {'by name' if by_name else 'by position'}"
        return
    turned = [name for name in taken if name in names]
    if not by_name and set(turned) == set(names) and turned != list(names):
        yield f"{wanted}: it is called by position"


def _many(kinds: Any, called: str) -> Fitting:
    def check(value: Any, arguments: tuple[Any, ...]) -> Iterator[str]:
        if not isinstance(value, kinds) or isinstance(value, str):
            yield f"is {value!r}, no {called}"
            return
        for place, item in enumerate(tuple(value)):
            yield from (f"[{place}] {fault}" for fault in faults(item, arguments[0] if arguments else Any))

    return check


def _tuple(value: Any, arguments: tuple[Any, ...]) -> Iterator[str]:
    if len(arguments) == 2 and arguments[1] is ...:
        yield from _many(tuple, "tuple")(value, arguments)
    elif not isinstance(value, tuple) or len(value) != len(arguments):
        yield f"is {value!r}, no tuple of {len(arguments)}"


def _mapping(value: Any, arguments: tuple[Any, ...]) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"is {value!r}, no mapping"
        return
    of_key, of_value = arguments or (Any, Any)
    for key, held in value.items():
        yield from (f"[{key!r}] {fault}" for fault in (*faults(key, of_key), *faults(held, of_value)))


def _class(value: Any, arguments: tuple[Any, ...]) -> Iterator[str]:
    if not isinstance(value, type):
        yield f"is {value!r}, no class"


FITTINGS: Mapping[Any, Fitting] = {
    Literal: _literal,
    Callable: _callable,
    tuple: _tuple,
    list: _many(list, "list"),
    Sequence: _many((list, tuple), "list"),
    frozenset: _many(Set, "set"),
    Mapping: _mapping,
    type: _class,
}
