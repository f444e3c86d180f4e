"""Write a context that passes ``make check`` before its own domain stands in it.

``make context name=services/hotline`` or ``python -m scaffold services/hotline``; ``--noun Call`` names its table,
``--chinese`` what screens call it.
"""

from __future__ import annotations

import argparse
import ast
import functools
import keyword
import os
import re
import shutil
import subprocess  # nosec B404
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

from jinling.kernel.sockets import SOCKETS
from tests.architecture import test_names  # what the build asks
from tests.architecture.reading import BANNED_NAMES, UNREAD

INSIDE = ("tests", "locale", "static", "templates", "management", "models", "queries", "usecases", "rules", "public")
SHELVES = ("foundation", "services", "data", "channels")
TEMPLATES = Path(__file__).parent / "context"
ROOT = Path(__file__).resolve().parent.parent
# Where a file goes that does not stand at the context's own top.
PLACES = {
    "overview.html": "templates/{label}/overview.html",
    "0002_row_security.py": "migrations/0002_row_security.py",
    "test_keeping.py": "tests/test_{label}.py",
    "django.po": "locale/zh_Hans/LC_MESSAGES/django.po",
}


def main(arguments: list[str] | None = None) -> int:
    """Write the files, all or none; gives the exit code: 0 written, 1 it could not be, 2 used wrongly."""
    parser = argparse.ArgumentParser(prog="make context", description=__doc__.splitlines()[0])
    parser.add_argument("name", help="shelf and name, as services/hotline")
    parser.add_argument("--noun", default="", help="its first noun, in the singular (from the name)")
    parser.add_argument("--chinese", default="", help="what screens call it (the name)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to write into (this one)")
    options = parser.parse_args(arguments)
    shelf, _, label = options.name.partition("/")
    noun = options.noun or camel(singular(label))
    chinese = options.chinese or label
    problem = refusal(options.root, shelf, label, noun, chinese)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    folder, page = options.root / "jinling" / shelf / label, options.root / "GLOSSARY.md"
    before = page.read_text(encoding="utf-8")
    try:
        write(folder, words(shelf, label, noun, chinese))
        glossary(page, label, noun, chinese)
        migrate(options.root, folder, label)
        tidy(options.root, folder)
    except (OSError, subprocess.CalledProcessError, KeyboardInterrupt) as error:
        shutil.rmtree(folder, ignore_errors=True)
        page.write_text(before, encoding="utf-8")
        told = str(getattr(error, "stderr", None) or error).strip().splitlines()[-1:]
        print(
            f"Nothing is written, for {shelf}/{label} could not be made whole: {''.join(told) or 'stopped'}",
            file=sys.stderr,
        )
        return 1
    print(f"Written: {folder.relative_to(options.root)}. Next: make reference, make check, and its own domain.")
    return 0


def refusal(root: Path, shelf: str, label: str, noun: str, chinese: str) -> str:
    """What is wrong with the names, or empty."""
    if shelf not in SHELVES or not re.fullmatch(r"(?=.{3,30}$)[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*", label):
        name = "3 to 30 small letters and digits, words joined by a single _"
        return f"A context is a shelf ({', '.join(SHELVES)}) / {name}, not {shelf}/{label}."
    if label in SHELVES or keyword.iskeyword(label):
        return f"{label} is a word of the language or a shelf; choose another."
    if label in {*UNREAD, *BANNED_NAMES, *SOCKETS, *INSIDE}:
        return f"{label} is what the house calls a part of every context, or nothing at all; choose another."
    for other in SHELVES:
        if (root / "jinling" / other / label).exists():
            return f"{other}/{label} is there already; a name is one context's."
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]{2,29}", noun):
        return f"A noun begins with a capital, as Call; not {noun}."
    if keyword.iskeyword(noun) or keyword.iskeyword(noun.lower()):
        return f"{noun} is a word of the language; choose another: --noun"
    if re.search(rf"^\*\*{noun}\*\*", (root / "GLOSSARY.md").read_text(encoding="utf-8"), re.M):
        return f"{noun} has a meaning already (GLOSSARY.md); choose another: --noun"
    if not re.fullmatch(r"\w{1,20}", chinese):
        return f"What screens call it is a word of up to 20 letters, not {chinese}."
    for name, place, of in clashes(label, noun):
        return f"{name} has a meaning already in the {place} that every context begins with; choose another {of}."
    for where in said_below(root, shelf, label):
        return f"{where} says {label} already, and may name no context above it; choose another name."
    return ""


def said_below(root: Path, shelf: str, label: str) -> Iterator[str]:
    """Where a lower file uses the name as a word, which the build would take for the context."""

    levels = test_names.LEVELS
    for where, text in texts():
        is_below = levels[where.split("/")[1]] <= levels[shelf] and not where.startswith(f"jinling/{shelf}/")
        if is_below and label in text:
            faults = test_names.named(where, text, [(shelf, label)])
            yield from (fault.partition(": names")[0] for fault in faults)


@functools.cache
def texts() -> list[tuple[str, str]]:
    """Every file in which the build looks for names."""
    return [(test_names.place(path), path.read_text("utf-8")) for path in test_names.files()]


def singular(word: str) -> str:
    """The noun that a name in the plural is of; what ends as status, address or diagnosis does is in the singular."""
    if re.search(r"(?:ss|us|is)$", word):
        return word
    if re.search(r"[^aeiou]ies$", word):
        return re.sub(r"ies$", "y", word)
    return re.sub(r"(?<=ss|ch|sh)es$|(?<=x)es$|s$", "", word)


def clashes(label: str, noun: str) -> Iterator[tuple[str, str, str]]:
    """Names that the context would bring into a file whose template uses them otherwise, the file, and their source."""
    stand_in = words("services", "standinlabel", "Standinnoun", "x")
    meant = {"Standinlabel": camel(label), "standinlabel": label, "Standinnoun": noun, "standinnoun": noun.lower()}
    for source in sorted(TEMPLATES.glob("*.py.txt")):
        names = named(Template(source.read_text(encoding="utf-8")).substitute(stand_in))
        for brought in sorted(name for name in names if "standin" in name.lower()):
            name = re.sub("|".join(meant), lambda found: meant[found.group()], brought)
            if name in names:
                yield name, source.name.removesuffix(".txt"), "noun: --noun" if "noun" in brought.lower() else "name"


def named(text: str) -> set[str]:
    """Names that a module binds or reads: imports, definitions, variables, arguments."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.alias():
                names.add(node.asname or node.name.partition(".")[0])
            case ast.ClassDef() | ast.FunctionDef():
                names.add(node.name)
            case ast.arg():
                names.add(node.arg)
            case ast.Name():
                names.add(node.id)
    return names


def camel(label: str) -> str:
    """A name as classes are written."""
    return "".join(part.capitalize() for part in label.split("_"))


def words(shelf: str, label: str, noun: str, chinese: str) -> dict[str, str]:
    """What the templates are filled with."""
    said = label.replace("_", " ")
    return {
        "package": f"jinling.{shelf}.{label}",
        "label": label,
        "title": f"{said.capitalize()} records",
        "Title": camel(label),
        "Noun": noun,
        "noun": noun.lower(),
        "chinese": chinese,
        "keep_label": f"Keep the records of {said}",
        "role_label": f"Worker of {said}",
        "action_label": f"Kept a record of {said}",
        "figure_label": f"Records of {said} by institution",
        "unit_label": f"records of {said}",
        "rule_label": f"Records of {said} kept within the month, by the time of keeping.",
    }


def write(folder: Path, filled: dict[str, str]) -> None:
    """The files of the context, filled in."""
    for source in sorted(TEMPLATES.glob("*.txt")):
        name = source.name.removesuffix(".txt")
        target = folder / PLACES.get(name, name).format(label=filled["label"])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text(encoding="utf-8")).substitute(filled), encoding="utf-8")
    for package in ("migrations", "tests"):
        (folder / package / "__init__.py").touch()


def glossary(page: Path, label: str, noun: str, chinese: str) -> None:
    """The noun's line; a person says what it means."""
    text = page.read_text(encoding="utf-8").rstrip("\n")
    title = label.replace("_", " ").capitalize()
    said = f"**{noun}** ({chinese}): what {label} keeps of a patient, by whom and when."
    page.write_text(f"{text}\n\n## {title}\n\n{said}\n", encoding="utf-8")


def migrate(root: Path, folder: Path, label: str) -> None:
    """The first migration is made by Django from the models; row security stands ready as the second."""
    waiting = folder / "migrations" / "0002_row_security.py"
    text = waiting.read_text(encoding="utf-8")
    waiting.unlink()  # it follows the one that is being made
    environment = os.environ | {
        "DATABASE_URL": "postgresql://none@localhost:1/none",  # none is asked
        "JINLING_HOME": str(root / ".venv" / "check"),
        "PYTHONPATH": str(root),
    }
    command = [sys.executable, "-W", "ignore", "-m", "jinling", "makemigrations", label, "--name", "initial"]
    made = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)  # nosec B603
    waiting.write_text(text, encoding="utf-8")
    if made.returncode:
        raise subprocess.CalledProcessError(made.returncode, command, stderr=made.stderr)


def tidy(root: Path, folder: Path) -> None:
    """Imports and texts in the order that the check asks for: it hangs on the names."""
    commands = (
        ["ruff", "check", "--select", "I", "--fix", "--quiet", str(folder)],
        ["ruff", "format", "--quiet", str(folder)],
        ["tests.architecture.catalogues", "--write"],
    )
    for command in commands:
        subprocess.run([sys.executable, "-m", *command], cwd=root, check=True, stdout=sys.stderr)  # nosec B603


if __name__ == "__main__":
    sys.exit(main())
