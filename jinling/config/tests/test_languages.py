"""A city whose language the platform does not speak: its catalogue lies in its pack, what it lacks reads in English."""

from __future__ import annotations

import contextlib
import gettext
import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

import jinling.foundation.directory.tests as directory_tests
from jinling.config.catalogues import TranslationsUnreadable, pack_texts
from jinling.config.site.city import CityNotReadable, city_of, name_of
from jinling.data.statistics import printing, public as statistics
from jinling.foundation.directory import public as directory
from jinling.foundation.messaging import public as messaging
from jinling.kernel.actor import system
from jinling.kernel.languages import english
from jinling.services.scheduling import public as scheduling
from jinling.services.scheduling.testing import Hospital, a_session
from jinling.services.scheduling.usecases.policies import set_release_window
from jinling.web import notation, texts

WRENPORT = Path(str(directory_tests.__file__)).parent / "packs" / "wrenport"
PORTUGUESE = Path(__file__).parent / "portuguese"
BY = system("tests")
CHINESE = re.compile("[\u3400-\u9fff]")
CITY = """code: WRN
name: Porto da Carri\u00e7a
name_en: Wrenport
timezone: Europe/Lisbon
language: pt-BR
currency: BRL
hotline: "136"
emergency: "192"
naming: {prefixes: [Wrenport], equivalents: {Saint: St}}
"""


def a_pack(folder: Path, said: str = CITY, *, catalogue: bool = True) -> Path:
    """A copy of the invented city's pack that speaks Portuguese."""
    pack = folder / "wrenport"
    shutil.copytree(WRENPORT, pack, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    (pack / "city.yaml").write_text(said, encoding="utf-8")
    if catalogue:
        shutil.copytree(PORTUGUESE / "locale", pack / "locale")
    return pack


def po_of(pack: Path) -> Path:
    return pack / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"


def speak(settings: Any, pack: Path, home: Path) -> None:
    """What the settings take from a pack."""
    city = city_of(str(pack))
    settings.JINLING_CITY, settings.TIME_ZONE = str(pack), city.timezone
    settings.JINLING_HOTLINE, settings.JINLING_EMERGENCY = city.hotline, city.emergency
    settings.JINLING_CURRENCY, settings.JINLING_FORMATS = city.currency, city.formats
    settings.LANGUAGES = [(city.language, name_of(city.language))]
    if not english(city.language):
        settings.LANGUAGES = [*settings.LANGUAGES, ("en", "English")]
    settings.LANGUAGE_CODE, settings.LOCALE_PATHS = city.language, [pack_texts(city.path, city.language, home)]
    translation.activate(city.language)
    notation._notation.cache_clear()


@pytest.fixture
def porto(db: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The process runs for the city, its pack is loaded."""
    pack = a_pack(tmp_path)
    cache.clear()
    speak(settings, pack, tmp_path / "texts")
    directory.load_pack(by=BY)
    yield pack
    cache.clear()
    translation.deactivate()
    notation._notation.cache_clear()


@pytest.fixture
def clinic(porto: Path) -> Hospital:
    """A hospital of the pack with a clinic that takes bookings."""
    own = directory.get("H1")
    set_release_window(by=BY, organization=own.pk, audience="public", days=(0, 30), valid_from=timezone.localdate())
    found = scheduling.open_clinic(
        by=BY, organization="H1", code="C9", name="Cl\u00ednica geral", name_en="General", department="Geral",
        fee_cents=123450,
    )  # fmt: skip
    return Hospital(own.pk, own.code, found.pk)


def page(path: str, accept: str = "", **cookies: str) -> str:
    client = Client(headers={"accept-language": accept} if accept else {})
    for name, value in cookies.items():
        client.cookies[name] = value
    return client.get(path).content.decode()


def test_pages_speak_the_citys_language_and_english_is_one_click_away(porto: Path) -> None:
    own = page("/")
    assert '<html\n  lang="pt-BR"' in own and "O que deseja fazer?" in own and "Ajuda por telefone: 136" in own
    assert "ligue 192" in own and '<button name="language" value="en" lang="en">English</button>' in own
    assert "Switch to elder mode" in own  # nobody translated it
    client = Client()
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    shown = client.get("/").content.decode()
    assert 'lang="en"' in shown and "What would you like to do?" in shown
    assert '<button name="language" value="pt-br" lang="pt-BR">Portugu\u00eas Brasileiro</button>' in shown
    assert not CHINESE.search(own + shown)


@pytest.mark.parametrize(
    ("accept", "cookie", "lang"),
    [
        ("", "", "pt-BR"), ("de", "", "pt-BR"), ("en-GB,en;q=0.8", "", "en"), ("pt,en;q=0.8", "", "pt-BR"),
        ("zh-CN", "", "pt-BR"), ("", "zh-hans", "pt-BR"), ("en", "zh-hans", "en"), ("en", "pt-br", "pt-BR"),
        ("", "../x", "pt-BR"), ("", "en", "en"),
    ],
)  # fmt: skip
def test_the_browser_and_a_cookie_choose_among_the_citys_two(porto: Path, accept: str, cookie: str, lang: str) -> None:
    assert f'lang="{lang}"' in page("/", accept, **({"django_language": cookie} if cookie else {}))


def test_pages_that_refuse_speak_it_too(porto: Path, settings: Any) -> None:
    missing = page("/nowhere/")
    assert "Esta p\u00e1gina n\u00e3o existe." in missing and 'lang="pt-BR"' in missing and "136" in missing
    forged = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "en"}).content.decode()
    assert "O formul\u00e1rio expirou." in forged
    with translation.override("pt-br"):
        from django.template.loader import get_template

        fault = get_template("500.html").render()
    assert "Algo correu mal do nosso lado." in fault and "Ou ligue 136." in fault and 'lang="pt-BR"' in fault
    assert not CHINESE.search(missing + forged + fault)


def test_booking_names_what_the_reader_understands_and_writes_fees_and_days_by_the_language(clinic: Hospital) -> None:
    a_session(clinic, in_days=3)
    on = timezone.localdate() + timedelta(days=3)
    places = ("/booking/", f"/booking/{clinic.code}/", f"/booking/{clinic.code}/{clinic.clinic}/")
    own, english_pages = [" ".join(page(path, lang) for path in places) for lang in ("pt-br", "en")]
    with translation.override("pt-br"):
        short, figures = notation.notation().day(on, "short"), notation.notation().day(on, "figures")
    assert "Cl\u00ednica geral" in own and "R$\xa01.234,50" in own and f"a partir de {short}" in own
    assert f"<span>{figures}</span>" in own and "1 consulta" in own and "Todos os distritos" in own
    assert "General" in english_pages and "BRL 1,234.50" in english_pages and "All districts" in english_pages
    assert not CHINESE.search(own + english_pages)


def test_notices_and_commands_speak_it(porto: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    told = messaging.wording("scheduling.suspended", settings.LANGUAGE_CODE)
    assert told.text.endswith("Escolha outra hora ou ligue {hotline}.")
    assert messaging.wording("scheduling.booked", settings.LANGUAGE_CODE).text.startswith("Booked:")
    call_command("city", "check", str(porto))
    printed = capsys.readouterr()
    assert "wrenport pode ser carregado." in printed.err
    assert not CHINESE.search(printed.out + printed.err)


def test_the_bulletin_is_in_the_citys_language_or_english(porto: Path) -> None:
    call_command("replay", str(porto / "reference" / "2021-03.json"), prepare=False)
    found = statistics.bulletin("2021-03", only=["booking_by_hospital"])
    for language, tag, month in (("pt-br", "pt-BR", "mar\u00e7o de 2021"), ("en", "en", "March 2021")):
        with translation.override(language):
            printed = printing.printable(found)
            assert (printed.language, printed.month) == (tag, month)
            assert f'<html lang="{tag}">' in printing.standalone(printed)
            assert not CHINESE.search(printing.markdown(printed))


def test_a_city_that_speaks_english_has_one_language_and_no_switch(
    db: None, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = CITY.replace("pt-BR", "en-GB").replace("BRL", "GBP")
    speak(settings, a_pack(tmp_path, said, catalogue=False), tmp_path / "texts")
    try:
        shown = page("/", "pt-br", django_language="zh-hans")
        assert 'lang="en-GB"' in shown and "What would you like to do?" in shown and 'name="language"' not in shown
        assert notation.money(180000) == "\u00a31,800.00" and not CHINESE.search(shown)
        call_command("city", "check", settings.JINLING_CITY)
        assert "not translated" not in capsys.readouterr().err
    finally:
        translation.deactivate()
        notation._notation.cache_clear()


def test_a_language_that_django_does_not_know_reads_in_english(db: None, settings: Any, tmp_path: Path) -> None:
    speak(settings, a_pack(tmp_path, CITY.replace("pt-BR", "tet"), catalogue=False), tmp_path / "texts")
    try:
        shown = page("/")
        assert 'lang="tet"' in shown and "What would you like to do?" in shown and 'value="en"' in shown
        assert '<button name="language" value="tet" lang="tet">' in page("/", "en")
    finally:
        translation.deactivate()
        notation._notation.cache_clear()


# -- the catalogue -------------------------------------------------------------------------


def check(pack: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    with contextlib.suppress(SystemExit):
        call_command("city", "check", str(pack), "--json")
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_what_is_not_translated_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack, every = a_pack(tmp_path), len(texts.texts())
    with translation.override("en"):
        told = check(pack, capsys)
        assert told["ok"] and every > 2000
        translated = len([message for message in texts.read(po_of(pack), "pt-br") if message.id])
        [remark] = [one["what"] for one in told["remarks"] if one["code"] == "not_translated"]
        assert f"{every - translated} of {every} texts are not translated" in remark and remark.count("'") == 6
        shutil.rmtree(pack / "locale")
        assert f"{every} of {every} texts" in str(check(pack, capsys)["remarks"])
        assert "not_translated" not in str(check(Path("nanjing"), capsys)["remarks"])


def test_a_catalogue_is_begun_and_kept_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = a_pack(tmp_path)
    before = {texts.text_of(message): message.string for message in texts.read(po_of(pack), "pt-br") if message.id}
    po_of(pack).write_text(po_of(pack).read_text("utf-8") + '\nmsgid "Nobody says this"\nmsgstr "x"\n', "utf-8")
    call_command("city", "texts", str(pack))
    after = {texts.text_of(message): message.string for message in texts.read(po_of(pack), "pt-br") if message.id}
    assert set(after) == set(texts.texts()) and {key: after[key] for key in before} == before
    written = po_of(pack).read_bytes()
    call_command("city", "texts", str(pack))
    assert po_of(pack).read_bytes() == written
    capsys.readouterr()
    assert check(pack, capsys)["ok"]


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ('msgid "%(n)s rows"\nmsgstr "linhas"\n', "placeholders_differ"),
        ('msgid "Call %(number)s again"\nmsgstr "Ligar %(numero)s"\n', "placeholders_differ"),
        ('msgid "{day}"\nmsgstr "{dia}"\n', "placeholders_differ"),
        ('msgid "%(n)s row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s"\n', "placeholders_differ"),
        ('msgid "Open\nmsgstr "x"\n', "broken"),
        ("neither this nor that\n", "broken"),
    ],
)
def test_a_catalogue_that_would_not_do_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], planted: str, code: str
) -> None:
    pack = a_pack(tmp_path)
    head = po_of(pack).read_text("utf-8")
    po_of(pack).write_text(f"{head}\n{planted}", "utf-8")
    [problem] = check(pack, capsys)["problems"]
    assert (problem["code"], problem["file"]) == (code, "locale/pt_BR/LC_MESSAGES/django.po")
    assert problem["line"] >= head.count("\n")
    if code == "placeholders_differ":  # a page that says it stands all the same
        place = pack_texts(pack, "pt-br", tmp_path / "texts")
        with (place / "pt_BR" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
            said = gettext.GNUTranslations(compiled)
        assert said.gettext("%(n)s rows") == "%(n)s rows" and said.gettext("Bulletin") == "Boletim"
    else:
        with pytest.raises(TranslationsUnreadable):
            pack_texts(pack, "pt-br", tmp_path / "texts")


def test_texts_of_another_language_are_read_by_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = a_pack(tmp_path)
    (pack / "locale" / "pt_BR").rename(pack / "locale" / "pt")
    [problem] = check(pack, capsys)["problems"]
    assert problem["code"] == "file_unknown" and "locale/pt_BR/LC_MESSAGES/django.po" in problem["remedy"]


def test_a_changed_catalogue_is_compiled_anew_and_a_lost_one_forgotten(tmp_path: Path) -> None:
    pack, home = a_pack(tmp_path), tmp_path / "texts"

    def said() -> str:
        with (pack_texts(pack, "pt-br", home) / "pt_BR" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
            return gettext.GNUTranslations(compiled).gettext("Bulletin")

    assert said() == "Boletim"
    po_of(pack).write_text(po_of(pack).read_text("utf-8").replace('"Boletim"', '"Folha"'), "utf-8")
    assert said() == "Folha"
    po_of(pack).unlink()
    assert said() == "Bulletin"


@pytest.mark.parametrize("wrong", ["language: portugu\u00eas", "language: [pt]", "currency: reais", "formats: 3"])
def test_a_language_or_currency_that_is_none_is_refused(tmp_path: Path, wrong: str) -> None:
    key = wrong.partition(":")[0]
    pack = a_pack(tmp_path, "\n".join([*(row for row in CITY.splitlines() if not row.startswith(key)), wrong]))
    with pytest.raises(CityNotReadable):
        city_of(str(pack))
