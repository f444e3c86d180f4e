"""The identity desk's pages: who comes in, what they show, what they do."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from jinling.foundation.access import public as access
from jinling.foundation.audit import public as audit
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.models import Link, Match
from jinling.foundation.mpi.rules.comparison import Agreement
from jinling.foundation.mpi.rules.linkage import PAIR
from jinling.foundation.mpi.rules.matching import Rule
from jinling.foundation.mpi.rules.people import Relation
from jinling.foundation.mpi.templatetags.mpi import AGREEMENTS, RELATIONS, RULES, relation, rule
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("test")


def enter(name: str, mobile: str) -> UUID:
    return mpi.register(
        by=BY, person=mpi.NewPatient(name=name, birth_date=date(1990, 1, 1), sex="female", mobile=mobile)
    )


@pytest.fixture
def pair() -> Match:
    left, right = sorted((enter("王一诺", "13800000001"), enter("王依诺", "13800000002")))
    return Match.objects.create(left_id=left, right_id=right, weight=7.3, rule="possible")


def someone(role: str) -> Client:
    account = access.add_account(by=BY, username=role, password="a long enough pass phrase 9", roles=[role])
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk(settings) -> Client:
    settings.JINLING_SECOND_FACTOR = "optional"
    return someone("identity_clerk")


def test_the_work_list_shows_pairs_and_no_names(clerk, pair):
    page = clerk.get(reverse("mpi:matches")).content.decode()
    assert f"Pair {pair.pk}" in page
    assert "7.3" in page
    part = clerk.get(reverse("mpi:matches") + "?state=apart", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "No pair is in this state." in part
    assert "王" not in page + part


def test_both_sides_are_masked_and_the_look_is_audited(clerk, pair):
    response = clerk.get(reverse("mpi:match", args=[pair.pk]))
    page = response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert "王*" in page
    assert "王一诺" not in page
    assert "138****0001" in page
    assert "alike" in page
    for key in (pair.left_id, pair.right_id):
        assert audit.about_patient(str(key))[0].action == "mpi.compare"


def test_a_judgement_merges_and_can_be_taken_back(clerk, pair):
    refused = clerk.post(reverse("mpi:match", args=[pair.pk]), {"verdict": "one", "reason": " "})
    assert refused.status_code == 422
    assert Link.objects.count() == 0
    done = clerk.post(reverse("mpi:match", args=[pair.pk]), {"verdict": "one", "reason": "both documents seen"})
    assert done.status_code == 302
    link = Link.objects.get()
    assert "both documents seen" in clerk.get(reverse("mpi:merges")).content.decode()
    again = clerk.post(reverse("mpi:match", args=[pair.pk]), {"verdict": "two", "reason": "late"})
    assert again.status_code == 422
    back = reverse("mpi:take_back", args=[link.linkage_id])
    assert "Take the merge back" in clerk.get(back).content.decode()
    assert clerk.post(back, {"reason": ""}).status_code == 422
    assert clerk.post(back, {"reason": "twins"}).status_code == 302
    assert Link.objects.count() == 0
    assert "taken back" in clerk.get(reverse("mpi:merges")).content.decode()
    assert clerk.post(back, {"reason": "twice"}).status_code == 422


def test_codes_have_their_words():
    assert set(RULES) == set(Rule) and set(RELATIONS) == set(Relation) and set(AGREEMENTS) == set(Agreement)
    assert set(Match.State.values) == set(PAIR.all()) and PAIR.final() == ("linked", "apart")
    with override("zh-hans"):
        assert [code for code in Rule if rule(code) == code] == []
        assert (rule(""), rule("of an older version"), relation("self")) == ("", "of an older version", "本人")


def test_a_pair_is_kept_apart(clerk, pair):
    clerk.post(reverse("mpi:match", args=[pair.pk]), {"verdict": "two", "reason": "twins"})
    pair.refresh_from_db()
    assert (pair.state, pair.reason) == ("apart", "twins")
    assert "twins" in clerk.get(reverse("mpi:matches") + "?state=apart").content.decode()


def test_names_in_clear_take_a_fresh_sign_in(clerk, pair):
    response = clerk.post(reverse("mpi:unmasked", args=[pair.pk]), {"clear-reason": "a call"})
    assert response.status_code == 302
    assert "王一诺" not in response.content.decode()


@pytest.mark.parametrize("name", ["mpi:matches", "mpi:merges"])
def test_strangers_are_sent_away(name, settings):
    settings.JINLING_SECOND_FACTOR = "optional"
    assert Client().get(reverse(name)).status_code == 302
    assert someone("statistician").get(reverse(name)).status_code == 403


def test_the_list_takes_the_same_queries_however_long_it_is(clerk, pair, django_assert_max_num_queries):
    for i in range(20):
        left, right = sorted((enter("王芳", f"1380000{i:04}"), enter("王芳", f"1390000{i:04}")))
        Match.objects.create(left_id=left, right_id=right, weight=5, rule="possible")
    clerk.get(reverse("mpi:matches"))
    with django_assert_max_num_queries(12):
        clerk.get(reverse("mpi:matches"))
