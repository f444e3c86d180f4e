"""How a bulletin looks: on the terminal, as Markdown, as a page that prints, as JSON and CSV."""

from jinling.data.statistics.printing.documents import check_document, document
from jinling.data.statistics.printing.html import standalone
from jinling.data.statistics.printing.plain import counted_line, markdown, terminal_text
from jinling.data.statistics.printing.printable import Printable, printable, problem_lines
from jinling.data.statistics.printing.records import records

__all__ = [
    "Printable",
    "check_document",
    "counted_line",
    "document",
    "markdown",
    "printable",
    "problem_lines",
    "records",
    "standalone",
    "terminal_text",
]
