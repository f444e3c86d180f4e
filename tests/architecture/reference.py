"""Pages under docs/reference that are made from the code, so that they cannot lag behind it.

``python -m tests.architecture.reference --write`` writes them.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.reading import ROOT, code

COMMANDS = ROOT / "docs" / "reference" / "commands.md"
SETTINGS = ROOT / "docs" / "reference" / "settings.md"
HEAD = """# Commands

Made from the commands themselves (`make reference`). Each one is `jinling NAME`; `jinling NAME --help` says the same at
the terminal. Data goes to stdout, progress and notes to stderr. Exit codes: 0 done, 1 refused, 2 used wrongly. Where a
command prints data, `--json` prints it for programs; a refusal is then JSON too.

Besides these, Django's `migrate`, `makemigrations`, `shell` and `check` are there under the same name.
"""


def commands_page() -> str:
    """Every command with its line of help, its forms and its options."""
    import django
    from django.core.management import load_command_class
    from django.utils import translation

    django.setup()
    from jinling.config.cli import commands

    parts = [HEAD]
    with translation.override("en"):
        for name, context in sorted(commands().items()):
            command = load_command_class(context, name)
            parser = command.create_parser("jinling", name)
            parts.append(f"## {name}\n\n{command.help}\n")
            parts += list(_forms(parser, f"jinling {name}"))
    return "\n".join(parts)


def _forms(parser: argparse.ArgumentParser, words: str) -> Iterator[str]:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            texts = {choice.dest: choice.help for choice in action._choices_actions}
            for word, form in action.choices.items():
                yield f"### {words} {word}\n\n{_sentence(texts.get(word))}\n"
                yield from _forms(form, f"{words} {word}")
        elif action.help != argparse.SUPPRESS and action.help != "==SUPPRESS==" and action.dest != "help":
            rows.append(f"| `{_name(action)}` | {_text(action.help)} |")
    if rows:
        yield "| argument | meaning |\n|---|---|\n" + "\n".join(rows) + "\n"


def _name(action: argparse.Action) -> str:
    if not action.option_strings:
        word = str(action.metavar or action.dest).upper()
        return f"[{word}]" if action.nargs in ("?", "*") else word
    if action.nargs == 0:
        return ", ".join(action.option_strings)
    choices = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest).upper()
    return f"{', '.join(action.option_strings)} {choices}".replace("|", "\\|")


def _text(text: str | None) -> str:
    return " ".join(str(text or "").split()).replace("|", "\\|").replace("%%", "%")


def _sentence(text: str | None) -> str:
    plain = " ".join(str(text or "").split())
    return plain[:1].upper() + plain[1:] + ("" if plain.endswith(".") else ".") if plain else ""


def settings_in_code() -> set[str]:
    """Names of the environment that the platform reads."""
    names: set[str] = set()
    for path in code(".py"):
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"""environ(?:\.get\(|\.pop\(|\[)\s*["']([A-Z][A-Z_]+)["']""", text))
        names |= set(re.findall(r"""getenv\(\s*["']([A-Z][A-Z_]+)["']""", text))
    return {name for name in names if name.startswith("JINLING_")} | names & {
        "DATABASE_URL",
        "PROMETHEUS_MULTIPROC_DIR",
    }


def settings_on_page() -> set[str]:
    """Names that the page of settings explains."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", SETTINGS.read_text(encoding="utf-8"), re.M))


def write(page: Path, text: str) -> None:
    """Write a page and say so."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
    print(page.relative_to(ROOT))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinling.config.settings")
    sys.path.insert(0, str(ROOT))
    write(COMMANDS, commands_page())
