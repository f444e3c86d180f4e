"""The ``jinling`` command: every context's commands under one name."""

from __future__ import annotations

import ast
import difflib
import importlib.util
import os
import sys
from pathlib import Path

import jinling
from jinling.config import catalogues
from jinling.kernel.contexts import contexts
from jinling.kernel.outcomes import Refused

# Django's own commands that an operator needs; the rest stay callable but unlisted.
LISTED = {"makemigrations": "django", "shell": "django", "check": "django"}


def main() -> None:
    """Run one command; exit 0 done, 1 refused, 2 used wrongly."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinling.config.settings")
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        if len(arguments) > 1 and arguments[0] == "help":
            arguments = [arguments[1], "--help"]
        else:
            print(overview())
            return
    if arguments[0] in ("--version", "version"):
        print(jinling.__version__)
        return
    catalogues.refresh()
    known = commands()
    import django  # noqa: PLC0415 - help and version do not wait for Django
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - as above
    from django.core.management import execute_from_command_line, get_commands  # noqa: PLC0415 - as above

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings, which start or join the embedded database
    except (ValueError, ImproperlyConfigured, Refused) as error:  # a setting of the environment says nonsense
        print(error, file=sys.stderr)
        if isinstance(error, Refused) and error.mend:
            print(error.mend_message(), file=sys.stderr)
        sys.exit(1)
    django.setup()
    if arguments[0] not in known and arguments[0] not in get_commands():
        nearest = difflib.get_close_matches(arguments[0], known, n=1)
        hint = f" Did you mean: jinling {nearest[0]}?" if nearest else ""
        print(f"jinling: no command named {arguments[0]!r}.{hint} jinling --help lists them.", file=sys.stderr)
        sys.exit(2)
    execute_from_command_line(["jinling", *arguments])


def commands() -> dict[str, str]:
    """Names of the platform's own commands and the context each belongs to, without loading Django."""
    found: dict[str, str] = {}
    for context in ("jinling.config", *contexts()):
        spec = importlib.util.find_spec(context)
        for place in (spec.submodule_search_locations or []) if spec else []:
            folder = Path(place) / "management" / "commands"
            if folder.is_dir():
                found.update({p.stem: context for p in sorted(folder.glob("*.py")) if p.stem[0] != "_"})
    return found


def overview() -> str:
    """One line of help for each command, by context. Read from the files, so that it costs no start-up."""
    lines = ["Usage: jinling COMMAND [options]      jinling COMMAND --help", ""]
    for name, context in sorted(commands().items()):
        spec = importlib.util.find_spec(context)
        place = Path(next(iter(spec.submodule_search_locations or []))) if spec else Path()
        tree = ast.parse((place / "management" / "commands" / f"{name}.py").read_text(encoding="utf-8"))
        text = ""
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == "Command":
                for part in node.body:
                    if isinstance(part, ast.Assign) and getattr(part.targets[0], "id", "") == "help":
                        value = part.value.args[0] if isinstance(part.value, ast.Call) else part.value
                        text = str(ast.literal_eval(value))
        lines.append(f"  {name:<14}{text}")
    lines += [
        "",
        "  " + ", ".join(LISTED) + ": Django's own.",
        "",
        "Exit codes: 0 done, 1 refused, 2 used wrongly. JINLING_HOME holds the data, DATABASE_URL names a server.",
    ]
    return "\n".join(lines)
