"""Numbers of people are read by the rules of the city's country: nobody but the kernel takes China's for granted."""

from __future__ import annotations

import re
from pathlib import Path

import jinling

ROOT = Path(jinling.__file__).parent
# China's own rules, and facts of one city or country: area codes, the calling code, the code of the country.
RULES = re.compile(
    r"\bidentifiers\.(mobile|normalise|resident_id)\(|identifiers import [^\n]*\b(mobile|normalise|resident_id)\b"
)
FACTS = re.compile(r"""["']320[0-9]{3}["']|\+86|0086|["']CN["']""")
KNOWN = {
    "foundation/mpi/planted.py": "a Chinese population with its truth, which matching is measured on",
    "engine/generation.py": "values that the national data sets of collection may hold",
    "services/scheduling/testing.py": "people of the reference city, for tests",
}


def _code() -> dict[str, str]:
    found = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
    kept = {name: path for name, path in found.items() if "/tests/" not in name and not name.startswith("kernel/")}
    return {name: path.read_text(encoding="utf-8") for name, path in kept.items()}


def test_nobody_but_the_kernel_reads_numbers_by_chinas_rules() -> None:
    assert {name for name, text in _code().items() if RULES.search(text)} - set(KNOWN) == set()


def test_no_code_knows_where_the_city_lies() -> None:
    assert {name for name, text in _code().items() if FACTS.search(text)} - set(KNOWN) == set()


def test_every_exception_is_one() -> None:
    code = _code()
    assert [name for name in KNOWN if not (RULES.search(code[name]) or FACTS.search(code[name]))] == []
