"""The bulletin as one HTML file that prints: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from jinling.data.statistics.printing.plain import counted_line
from jinling.data.statistics.printing.printable import Printable


def standalone(of: Printable) -> str:
    """A whole HTML document with its style inside."""
    place = finders.find("statistics/bulletin.css")
    with open(str(place), encoding="utf-8") as file:
        style = file.read()
    return render_to_string("statistics/standalone.html", {"bulletin": of, "counted": counted_line(of), "style": style})
