"""How institutions take part, by date: any day reads as it was said for it, whatever was said or taken back since."""

from __future__ import annotations

from datetime import date

import pytest

from jinling.data.collection import public as collection
from jinling.data.collection.models import Submission
from jinling.data.collection.rules import ALWAYS
from jinling.data.collection.testing import BY, an_institution

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2018, 5, 1), date(2018, 6, 1)
FIRST, SECOND, THIRD = "H_HIS_MZ_REG", "H_YL_MZ_MEDICAL_RECORD", "H_HIS_ZY_DIS_REG"
RECORDS = "D_CHSS_GRJKDA"


def declare(organization, day, *codes, way="declared", batch=""):
    collection.declare(
        by=BY,
        organization=organization.code,
        required_of="hospital",
        way=way,
        data_sets=codes,
        from_on=day,
        batch=batch,
    )


def on(organization, day):
    """The way and the data sets of a day; the way is None for who does not take part."""
    takes_part = collection.participant(organization.pk, on=day)
    assert (organization.pk in collection.taking_part(on=day)) == (takes_part is not None)
    counted = collection.declared(day, "organization", "hospital").get(organization.pk, 0)
    named = collection.declared_by(organization.pk, on=day)
    assert counted == len(named)
    return takes_part and takes_part.way, named


def test_a_month_that_is_told_later_does_not_touch_the_one_after_it():
    one = an_institution()
    declare(one, JUNE, FIRST, SECOND)
    declare(one, MAY, THIRD)
    assert on(one, date(2018, 4, 30)) == (None, set())
    assert on(one, date(2018, 5, 31)) == ("declared", {THIRD})
    assert on(one, JUNE) == ("declared", {FIRST, SECOND})


def test_what_is_said_again_from_the_same_day_counts():
    one = an_institution()
    declare(one, MAY, FIRST, SECOND)
    declare(one, MAY, SECOND, THIRD)
    assert on(one, MAY) == ("declared", {SECOND, THIRD})
    declare(one, MAY, way="database_opened")
    assert on(one, MAY) == ("database_opened", set())


def test_a_replay_that_is_taken_back_gives_way_to_what_was_said():
    one = an_institution()
    declare(one, MAY, FIRST)
    declare(one, MAY, THIRD, batch="replay:2018-05")
    declare(one, JUNE, SECOND, THIRD, batch="replay:2018-06")
    assert on(one, MAY) == ("declared", {FIRST}), "of two from one day, no replay's stands"
    assert on(one, JUNE) == ("declared", {SECOND, THIRD})
    collection.take_back(by=BY, batch="replay:2018-06")
    assert on(one, JUNE) == ("declared", {FIRST})


def test_since_always_says_nothing_of_when_counting_began():
    one, other = an_institution(), an_institution()
    declare(one, ALWAYS, FIRST)
    assert collection.first_day("hospital") is None
    assert on(one, MAY) == ("declared", {FIRST})
    declare(other, JUNE, FIRST)
    assert collection.first_day("hospital") == JUNE


def carried(organization, day, rows):
    one = collection.Delivery(RECORDS, organization, rows, day, date(2009, 1, 1), date(2009, 1, 31), 0, carried=True)
    collection.deliver_many(by=BY, deliveries=[one], batch=f"replay:{day:%Y-%m}")


def test_what_is_carried_over_is_held_until_the_next_and_received_on_no_day(settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    monkeypatch.delenv("JINLING_LAKE", raising=False)
    centre = an_institution("community_health_centre")

    def held(*days):
        return [collection.held(day, "organization", [RECORDS]).get(centre.pk, {}).get(RECORDS, 0) for day in days]

    days = [date(2018, 4, 30), date(2018, 5, 31), date(2018, 6, 30), date(2018, 8, 31)]
    carried(centre, JUNE, 5)
    carried(centre, MAY, 3)
    carried(centre, date(2018, 8, 1), 0)
    assert held(*days) == [0, 3, 5, 0]
    assert collection.months() == [] and collection.last_uploads() == {}
    collection.take_back(by=BY, batch="replay:2018-06")
    assert held(*days) == [0, 3, 3, 0]
    collection.take_back(by=BY, batch="replay:2018-08")
    assert held(*days) == [0, 3, 3, 3]
    collection.take_back(by=BY, batch="replay:2018-05")
    assert held(*days) == [0, 0, 0, 0] and not Submission.objects.exists()
