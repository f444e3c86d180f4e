"""Every text has its Chinese and the compiled files are fresh; and the readers of both read what they should."""

from __future__ import annotations

import gettext
import io

from tests.architecture import catalogues


def test_every_text_has_its_chinese_and_compiled_files_are_fresh() -> None:
    assert list(catalogues.faults()) == []


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
        "The session is full.", "Choose another day.", "Book a number", "Ask the desk.", "Stopped.",
        "%(n)s row\x00%(n)s rows", "verb\x04Open",
    }  # fmt: skip


def test_texts_of_templates_are_found() -> None:
    source = """{% load i18n %}<p title="{% translate 'A "title"' %}">
{% blocktranslate count n=n %}{{ n }} row{% plural %}
{{ n }} rows{% endblocktranslate %}</p>{% trans "It's (nearly) full" %}{{ _("Inline") }}"""
    found = set(catalogues.texts_of_template(source))
    assert {'A "title"', "%(n)s row\x00\n%(n)s rows", "It's (nearly) full", "Inline"} <= found


def test_a_locale_file_survives_reading_and_writing() -> None:
    entries = {
        "Plain": "P",
        'With "quotes"\nand lines': "Q\n2",
        "%(n)s row\x00%(n)s rows": "R",
        "verb\x04Book": "B",
        "No": "",
    }
    assert {key: value for key, value in catalogues.read_po(catalogues.write_po(entries)).items() if key} == entries


def test_a_fuzzy_entry_is_no_translation() -> None:
    assert catalogues.read_po('#, fuzzy\nmsgid "Full"\nmsgstr "F"\n') == {"Full": ""}


def test_compiled_files_are_read_by_gettext() -> None:
    entries = {"Plain": "P", "verb\x04Book": "B", "%(n)s row\x00%(n)s rows": "R"}
    data = catalogues.compiled(entries)
    translations = gettext.GNUTranslations(io.BytesIO(data))
    assert translations.gettext("Plain") == "P"
    assert translations.pgettext("verb", "Book") == "B"
    assert translations.ngettext("%(n)s row", "%(n)s rows", 5) == "R"
    assert catalogues.read_mo(data) == entries
