"""Components, tags and the pages that say no."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django_htmx.middleware import HtmxMiddleware

from jinling.kernel.outcomes import Conflict
from jinling.web.components import Action, Cell, Chip, Column, Table, qr_data_uri, show, told
from jinling.web.requests import RequestMiddleware


def rendered(source: str, **context: object) -> str:
    return Template("{% load jinling %}" + source).render(Context(context))


def test_days_read_as_each_language_writes_them() -> None:
    on = date(2018, 5, 3)
    with translation.override("en"):
        assert rendered("{{ on|day_short }} {{ on|weekday }}|{{ on|day_long }}", on=on) == "3 May Thu|Thu 3 May 2018"
    with translation.override("zh-hans"):
        assert rendered("{{ on|day_short }} {{ on|weekday }}", on=on) == "5\u67083\u65e5 \u5468\u56db"
        assert rendered("{{ on|day_long }}", on=on).startswith("2018\u5e745\u67083\u65e5")


def test_instants_read_on_the_city_clock() -> None:
    at = datetime(2018, 5, 2, 22, 30, tzinfo=UTC)
    with translation.override("en"):
        assert rendered("{{ at|moment }}|{{ none|moment }}|{{ at|clock }}", at=at, none=None) == "3 May 06:30||06:30"


def test_fees_are_said_in_the_citys_currency_and_a_missing_fee_in_words() -> None:
    with translation.override("en"):
        assert rendered("{{ fee|fee }}", fee=123450) == "CNY 1,234.50"
        assert rendered("{{ fee|fee }}", fee=0) == "free of charge"
        assert rendered("{{ fee|fee }}", fee=None) == "to be asked at the hospital"


def test_identifiers_and_names_are_masked() -> None:
    shown = rendered(
        "{{ a|masked_number }} {{ b|masked_name }} {{ c|masked_mobile }}",
        a="320106199003071230",
        b="Zhang San",
        c="13812345678",
    )
    assert shown == "320106********1230 Z* 138****5678"


def test_bars_are_not_clamped_at_one_hundred() -> None:
    assert rendered("{{ v|bar_width:100 }}", v=113.63) == "113.6"


def test_a_qr_code_is_an_image_without_script_or_style() -> None:
    code = qr_data_uri("J8K244PX")
    assert code.startswith("data:image/svg+xml")
    image = rendered("{% qr text alt %}", text="J8K244PX", alt='a "code"')
    assert 'alt="a &quot;code&quot;"' in image and "style=" not in image


def test_a_table_names_what_it_shows_and_tells_why_a_value_is_missing() -> None:
    table = Table(
        "Bookings",
        [Column("Channel"), Column("Number", numeric=True)],
        [["<b>", 3], [Cell("Clinic", url="/x/"), Cell(chip=Chip("Not reported", "warn", "no answer"))]],
    )
    html = Template('{% include "web/parts/table.html" %}').render(Context({"table": table}))
    assert "<caption>Bookings</caption>" in html and 'aria-label="Bookings"' in html
    assert "&lt;b&gt;" in html and '<a href="/x/">Clinic</a>' in html and "(no answer)" in html


def test_a_refusal_is_told_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        assert told(Conflict()).text == "The state has changed meanwhile."
    with translation.override("zh-hans"):
        assert told(Conflict()).text != "The state has changed meanwhile."


@pytest.mark.django_db
def test_a_page_that_refuses_says_what_where_and_the_number() -> None:
    def view(_: HttpRequest) -> None:
        raise Conflict(where="session 7", mend="Load the page again.")

    request = RequestFactory(headers={"X-Request-Id": "abcdefgh12"}).get("/somewhere/")
    middleware = RequestMiddleware(lambda r: view(r))  # type: ignore[arg-type, return-value]
    request.request_id = "abcdefgh12"  # type: ignore[attr-defined]
    with translation.override("en"):
        response = middleware.process_exception(request, Conflict(where="session 7", mend="Load the page again."))
    assert response is not None and response.status_code == 409
    body = response.content.decode()
    assert "The state has changed meanwhile." in body and "Load the page again." in body
    assert "session 7" in body and "abcdefgh12" in body
    assert response["Cache-Control"] == "no-store"
    assert middleware.process_exception(request, ValueError("a fault")) is None


@pytest.mark.django_db
def test_a_missing_page_says_how_to_go_on_and_carries_a_strict_policy(client) -> None:
    response = client.get("/nowhere/", headers={"accept-language": "en"})
    body = response.content.decode()
    assert response.status_code == 404
    assert "This page does not exist." in body and 'href="/"' in body and "12320" in body
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "style=" not in body and "onclick" not in body and "<script>" not in body


@pytest.mark.django_db
def test_a_city_without_a_hotline_or_ambulances_names_no_number(client, settings) -> None:
    settings.JINLING_HOTLINE, settings.JINLING_EMERGENCY = "24680", "999"
    for lang, said in (("en", "In an emergency call 999."), ("zh-hans", "999")):
        body = client.get("/nowhere/", headers={"accept-language": lang}).content.decode()
        assert 'href="tel:24680"' in body and said in body and body.count("24680") == 3
    settings.JINLING_HOTLINE = settings.JINLING_EMERGENCY = ""
    body = client.get("/nowhere/", headers={"accept-language": "en"}).content.decode()
    assert "tel:" not in body and "In an emergency" not in body and " call " not in body
    assert "give this number to whoever helps you:" in body
    assert "call" not in get_template("500.html").render().casefold()


def test_the_pages_own_style_stays_small() -> None:
    from pathlib import Path

    import jinling.web

    style = Path(jinling.web.__file__).parent / "static" / "web" / "jinling.css"
    assert len(style.read_bytes()) <= 14_000


def test_the_page_of_a_fault_stands_without_request_and_says_what_holds() -> None:
    with translation.override("en"):
        body = get_template("500.html").render()
    assert 'lang="en"' in body and "Nothing you entered was carried out unless you saw a confirmation." in body
    assert 'href="/"' in body and "12320" in body


@pytest.mark.django_db
def test_a_fragment_is_given_to_htmx_only_and_never_for_a_restored_page(rf: RequestFactory) -> None:
    def shown(**headers: str) -> str:
        request = rf.get("/", headers=headers)
        HtmxMiddleware(lambda r: HttpResponse())(request)
        return show(request, "404.html", {}, part="web/parts/footer.html").content.decode()

    assert "<html" in shown()
    assert "<html" not in shown(**{"HX-Request": "true"})
    assert "<html" in shown(**{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in shown(**{"HX-Request": "true", "HX-Boosted": "true"})


def in_page(source: str, **context: object) -> str:
    """A template that loads the platform's tags, with everything that follows on white space made one space."""
    html = Template("{% load jinling %}" + source).render(Context({"csrf_token": "token", **context}))
    return " ".join(html.split())


HOSTILE = """<b>"x"&</b>"""
ESCAPED = "&lt;b&gt;&quot;x&quot;&amp;&lt;/b&gt;"


def test_a_table_says_what_it_shows_and_escapes_what_it_is_told() -> None:
    html = in_page(
        "{% table said note=said announce=said kind='stack' space='mb-3' %}<tbody></tbody>{% endtable %}", said=HOSTILE
    )
    assert html.startswith(f'<div class="scroller mb-3" role="region" tabindex="0" aria-label="{ESCAPED}">')
    assert f'<table class="table stack"><caption>{ESCAPED} <span class="quiet fw-normal">({ESCAPED})</span>' in html
    assert f'data-announce="{ESCAPED}"' in html and "<tbody></tbody>" in html and "<b>" not in html


def test_a_button_sends_its_fields_and_says_which_of_several_it_is() -> None:
    html = in_page("{% post_button '/x/' said style='outline-danger' about=said patient=said %}", said=HOSTILE)
    assert 'action="/x/"' in html and 'name="csrfmiddlewaretoken" value="token"' in html
    assert f'<input type="hidden" name="patient" value="{ESCAPED}">' in html
    assert f'<span class="visually-hidden"> {ESCAPED}</span>' in html and "<b>" not in html


def test_a_form_of_several_on_a_page_is_sent_with_its_name() -> None:
    class Form(forms.Form):
        room = forms.CharField(label="Room")

    form = Form()
    bare = in_page("{% post_form form 'Keep' name='room' columns='col-6' %}", form=form)
    assert '<input type="hidden" name="form" value="room">' in bare and '<div class="col-6">' in bare
    assert 'name="csrfmiddlewaretoken" value="token"' in bare and "<section" not in bare and 'name="room"' in bare
    # What the page knows under the same names stays outside.
    sheet = in_page("{% post_form form 'Keep' title='Rooms' %}", form=form, lead="LEAD", note="NOTE", name="NAME")
    assert "<h2>Rooms</h2>" in sheet
    assert not [word for word in ("LEAD", "NOTE", "NAME") if word in sheet]


def test_addresses_leave_out_what_is_missing() -> None:
    html = in_page(
        "{% address 'account_logout' org=org day=day clinic=none left='' zero=0 %}", org="A&B", day=None, none=None
    )
    assert html == "/accounts/logout/?org=A%26B&amp;zero=0"


def test_a_link_that_swaps_a_part_is_a_link_without_scripts(rf: RequestFactory) -> None:
    html = in_page("{% swaps '#part' '?day=1&x=2' %}", request=rf.get("/here/"))
    url = "/here/?day=1&amp;x=2"
    assert html == f'href="{url}" hx-get="{url}" hx-target="#part" hx-push-url="true"'


@pytest.mark.parametrize(
    ("step", "asked"),
    [(Action("Cancel", "/cancel/", "outline-danger", "Sure?"), True), (Action("Seen", "/seen/"), False)],
)
def test_an_action_is_a_button_that_works_without_scripts(step: Action, asked: bool) -> None:
    html = in_page("{% include 'web/parts/actions.html' with target='closest tr' %}", actions=[step])
    assert f'formaction="{step.url}"' in html and f'hx-post="{step.url}"' in html and 'hx-target="closest tr"' in html
    assert f"btn-{step.style}" in html and ('hx-confirm="Sure?"' in html) == asked
    assert "<form" not in in_page("{% include 'web/parts/actions.html' %}", actions=[])
