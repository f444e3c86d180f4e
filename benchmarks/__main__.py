"""``python -m benchmarks [NAME …]``: measure, print, and write the figures into the documentation."""

from __future__ import annotations

import datetime
import importlib
import os
import pkgutil
import platform
import re
import sys
from pathlib import Path

import benchmarks
from benchmarks import Figure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench` (or `.venv/bin/python -m benchmarks NAME`): the last figures of each measurement. Load
generator, server and database share the machine's cores, so single figures are this machine's; what carries over is
the ratio to the limit or peer measured in the same run.
"""


def main() -> None:
    """Run the named benchmarks, or all that do not ask to be named."""
    modules = {
        m.name: importlib.import_module(f"benchmarks.{m.name}")
        for m in pkgutil.iter_modules(benchmarks.__path__)
        if m.name != "__main__"
    }
    known = {name: module for name, module in modules.items() if hasattr(module, "TITLE")}
    asked = sys.argv[1:] or [name for name, module in known.items() if not getattr(module, "BY_NAME_ONLY", False)]
    unknown = [name for name in asked if name not in known]
    if unknown:
        print(f"No benchmark named {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        sys.exit(2)
    for name in asked:
        print(f"{known[name].TITLE} ...", file=sys.stderr, flush=True)
        figures = known[name].run()
        for figure in figures:
            print(f"  {figure.name:<64} {figure.value:>22}   {figure.against}", flush=True)
        write(name, known[name].TITLE, figures)


def write(name: str, title: str, figures: list[Figure]) -> None:
    """Put a benchmark's figures into its section of the page, and keep the other sections."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    today = datetime.datetime.now(tz=datetime.UTC).date()
    lines = [
        f"## {title}",
        "",
        f"`.venv/bin/python -m benchmarks {name}`, {today}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}.",
        "",
        "| measured | figure | against |",
        "| --- | ---: | --- |",
    ]
    lines += [f"| {f.name} | {f.value} | {f.against} |" for f in figures]
    section = f"<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- end {name} -->"
    pattern = re.compile(rf"<!-- {name} -->.*?<!-- end {name} -->", re.S)
    text = pattern.sub(lambda _: section, text) if pattern.search(text) else text.rstrip() + "\n\n" + section + "\n"
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
