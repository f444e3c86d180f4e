"""The bulletin as text: Markdown, and tables on the terminal."""

from __future__ import annotations

import io

from django.utils.translation import gettext
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jinling.data.statistics.printing.printable import Cell, Printable, PrintableCheck, PrintableTable


def markdown(of: Printable) -> str:
    """The bulletin as Markdown."""
    lines = [f"# {_md(of.title)}", "", f"**{of.month}** · {_md(of.publisher)} · {counted_line(of)}", ""]
    lines += [line for text in (of.release, of.origin) if text for line in (_md(text), "")]
    for table in of.tables:
        lines += [f"## {table.number}. {_md(table.title)}", ""]
        lines.append("| " + " | ".join(_md(heading.text) for heading in table.headings) + " |")
        lines.append("|" + "|".join("---:" if heading.numeric else "---" for heading in table.headings) + "|")
        lines += ["| " + " | ".join(_md(_mark(cell)) for cell in row) + " |" for row in table.rows]
        if not table.rows:
            lines.append("| " + " | ".join([_md(table.empty), *([""] * (len(table.headings) - 1))]) + " |")
        if table.total:
            totals = (f"**{_md(_mark(cell))}**" if cell.text else "" for cell in table.total)
            lines.append("| " + " | ".join(totals) + " |")
        lines.append("")
        lines += [f"{_md(line)}  " for line in table_lines(table)]
        lines.append("")
    lines += [f"## {_md(gettext('Checks'))}", ""]
    lines += [f"- {'✓' if check.ok else '✗'} {_md(check_line(check))}" for check in of.checks] or [
        f"- {_md(gettext('None of these tables has checks.'))}"
    ]
    return "\n".join(lines).rstrip() + "\n"


def terminal_text(of: Printable, *, width: int, colour: bool) -> str:
    """The bulletin as tables of a terminal's width; nothing is cut off, long cells fold."""
    sink = io.StringIO()
    console = Console(
        file=sink,
        width=width,
        force_terminal=colour,
        color_system="auto" if colour else None,
        highlight=False,
        legacy_windows=False,
    )
    console.print(f"[bold]{escape(of.title)}[/]  {escape(of.month)}")
    console.print(escape(f"{of.publisher} · {counted_line(of)}"), style="dim")
    for text in filter(None, (of.release, of.origin)):
        console.print(escape(text), style="dim")
    for table in of.tables:
        console.print()
        console.print(_terminal_table(table))
        for line in table_lines(table):
            console.print(escape(line), style="dim")
    console.print()
    console.print(f"[bold]{escape(gettext('Checks'))}[/]")
    for check in of.checks:
        mark, style = ("✓", "green") if check.ok else ("✗", "bold red")
        console.print(f"[{style}]{mark}[/] {escape(check_line(check))}")
    if not of.checks:
        console.print(escape(gettext("None of these tables has checks.")), style="dim")
    return sink.getvalue()


def counted_line(of: Printable) -> str:
    """When the figures were counted, and what they are: to date, not released, or released."""
    line = gettext("Counted %(as_of)s") % {"as_of": of.as_of}
    if of.standing == "to_date":
        return line + gettext("; the month is not over: figures to date")
    return line + gettext("; not released: figures may still change") if of.standing == "not_released" else line


def table_lines(table: PrintableTable) -> list[str]:
    """What stands below a table: its total to date, what it counts, notes."""
    lines = [f"{table.cumulative[0]}: {table.cumulative[1]}"] if table.cumulative else []
    for item in table.definitions:
        unit = f" ({item.unit})" if item.unit else ""
        lines.append(
            gettext("Definition of %(name)s%(unit)s: %(text)s") % {"name": item.name, "unit": unit, "text": item.text}
        )
    return lines + table.notes


def check_line(check: PrintableCheck) -> str:
    """A check as one line; the two figures when they differ."""
    line = f"{check.table}: {check.text}"
    if check.ok:
        return line
    return (
        line
        + " "
        + gettext("Expected %(expected)s, counted %(counted)s.")
        % {"expected": check.expected, "counted": check.counted}
    )


def _terminal_table(table: PrintableTable) -> Table:
    grid = Table(
        title=escape(f"{table.number}. {table.title}"),
        title_justify="left",
        title_style="bold",
        show_footer=table.total is not None,
    )
    footers = table.total or [Cell("")] * len(table.headings)
    for heading, footer in zip(table.headings, footers, strict=True):
        grid.add_column(
            escape(heading.text),
            justify="right" if heading.numeric else "left",
            overflow="fold",
            footer=escape(_mark(footer)),
        )
    for row in table.rows:
        grid.add_row(
            *(f"[dim]{escape(cell.text)}[/]" if cell.kind == "reason" else escape(_mark(cell)) for cell in row)
        )
    if not table.rows:
        grid.add_row(f"[dim]{escape(table.empty)}[/]", *([""] * (len(table.headings) - 1)))
    return grid


def _mark(cell: Cell) -> str:
    return f"{cell.text} ※" if cell.over else f"{cell.text} ◦" if cell.part else cell.text


def _md(text: str) -> str:
    for character in "\\`*_[]<>|":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
