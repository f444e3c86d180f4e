"""How a bulletin looks: on the terminal, as Markdown, as a page that prints."""

from jinling.data.statistics.printing.html import standalone
from jinling.data.statistics.printing.plain import counted_line, markdown, terminal_text
from jinling.data.statistics.printing.printable import Printable, printable, problem_lines

__all__ = ["Printable", "counted_line", "markdown", "printable", "problem_lines", "standalone", "terminal_text"]
