"""Every text has its Chinese, in the one order; what is compiled is fresh, and a wheel brings it along."""

from __future__ import annotations

import gettext
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jinling.config.catalogues import PACKAGE, refresh, sources, stale
from tests.architecture import catalogues
from tests.architecture.reading import ROOT


def test_every_text_has_its_chinese() -> None:
    assert list(catalogues.faults()) == []
    assert {path for path in PACKAGE.rglob("*.po") if "tests" not in path.parts} == set(sources())


def test_a_text_has_one_chinese_form_in_the_whole_platform() -> None:
    assert list(catalogues.clashes()) == []


def test_texts_are_found_where_they_stand() -> None:
    source = """
class SessionFull(Refused):
    code = "session_full"
    text = "The session is full."
    mend = "Choose another day."
MENU = [MenuItem("citizen", "Book a number", "booking")]
raise Refused(where="x", mend="Ask the desk.")
print(gettext("Stopped."), ngettext("%(n)s row", "%(n)s rows", n), pgettext_lazy("verb", "Open"))
NOTE = "not a text"
"""
    assert set(catalogues.texts_of_python(source)) == {
        (None, "The session is full."), (None, "Choose another day."), (None, "Book a number"), (None, "Ask the desk."),
        (None, "Stopped."), (None, ("%(n)s row", "%(n)s rows")), ("verb", "Open"),
    }  # fmt: skip


def test_texts_of_templates_are_found() -> None:
    source = """{% load i18n %}<p title="{% translate 'A "title"' %}">
{% blocktranslate count n=n %}{{ n }} row{% plural %}
{{ n }} rows{% endblocktranslate %}</p>{% trans "It's (nearly) full" %}{{ _("Inline") }}
{% blocktranslate count n=n context "place" trimmed %}one{% plural %}more{% endblocktranslate %}"""
    found = set(catalogues.texts_of_template(source))
    assert found == {
        (None, 'A "title"'), (None, ("%(n)s row", "\n%(n)s rows")), (None, "It's (nearly) full"), (None, "Inline"),
        ("place", ("one", "more")),
    }  # fmt: skip


PO = (
    catalogues.HEADER
    + """msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "R"

msgid "No"
msgstr ""

msgid ""
"With \\"quotes\\"\\n"
"and lines"
msgstr "Q"

msgctxt "verb"
msgid "Book"
msgstr "B"
"""
)


def test_a_locale_file_survives_reading_and_writing() -> None:
    assert catalogues.write_po(catalogues.read_po(PO)) == PO
    head, *blocks = PO.split("\n\n")
    shuffled = "\n\n".join([head, *reversed([block.rstrip("\n") for block in blocks])]) + "\n"
    assert shuffled != PO
    assert catalogues.write_po(catalogues.read_po(shuffled)) == PO


@pytest.mark.parametrize(("block", "done"), [
    ('msgid "Full"\nmsgstr "F"\n', True), ('msgid "Full"\nmsgstr ""\n', False),
    ('#, fuzzy\nmsgid "Full"\nmsgstr "F"\n', False),
    ('msgid "Full"\nmsgid_plural "Fuller"\nmsgstr[0] ""\n', False),
])  # fmt: skip
def test_neither_an_empty_nor_a_fuzzy_entry_is_a_translation(block: str, done: bool) -> None:
    assert catalogues.is_translated(catalogues.read_po(catalogues.HEADER + block).get("Full")) is done


def planted(folder: Path) -> Path:
    """A source tree with one context that has a locale file; its package."""
    path = folder / "jinling" / "services" / "cards" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    (folder / "pyproject.toml").touch()
    return folder / "jinling"


def test_a_locale_file_is_compiled_when_it_is_newer_and_read_by_gettext(tmp_path: Path) -> None:
    package = planted(tmp_path)
    [source] = stale(package)
    refresh(package)
    assert stale(package) == []
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]
    with source.with_suffix(".mo").open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)
    assert translations.pgettext("verb", "Book") == "B"
    assert translations.ngettext("%(n)s row", "%(n)s rows", 5) == "R"
    assert translations.gettext("No") == "No"
    source.write_text(PO.replace('"B"', '"C"'), encoding="utf-8")
    os.utime(source, ns=(later := source.with_suffix(".mo").stat().st_mtime_ns + 1, later))
    refresh(package)
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).pgettext("verb", "Book") == "C"


def test_an_installed_package_is_left_alone(tmp_path: Path) -> None:
    package = planted(tmp_path)
    (tmp_path / "pyproject.toml").unlink()
    refresh(package)
    assert len(stale(package)) == 1


def test_a_wheel_brings_every_compiled_file(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore"):
        (tree / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    shutil.copytree(PACKAGE, tree / "jinling", ignore=shutil.ignore_patterns("*.mo", "tests", "static", "__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=tree, check=True, capture_output=True,
    )  # fmt: skip
    [wheel] = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert {f"jinling/{path.with_suffix('.mo').relative_to(PACKAGE)}" for path in sources()} <= packed
