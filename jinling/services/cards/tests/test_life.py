"""A card's life: every step, every refusal, and that a refusal changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given, strategies as st

from jinling.foundation.audit import public as audit
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.foundation.outbox.models import Event
from jinling.kernel.actor import Actor, system
from jinling.kernel.ages import age_on
from jinling.services.cards import public as cards, queries as cards_queries
from jinling.services.cards.models import Card, Step
from jinling.services.cards.rules import codes as cards_codes_rules, life as cards_life_rules
from jinling.services.cards.rules.life import LIFE, LIVING, check_kind
from jinling.services.cards.usecases import life as cards_life

pytestmark = pytest.mark.django_db
BY = system("test")
CLERK = Actor(kind="account", id="clerk", role="card_clerk")
_serial = count(1)


def an_issuer() -> int:
    n = next(_serial)
    return directory.register(
        by=BY, code=f"C{n}", name=f"Card office {n}", name_en=f"Card office {n}", kind="hospital", ownership="municipal"
    ).pk


def a_person(born: date = date(1980, 1, 1)) -> UUID:
    return mpi.register(by=BY, person=mpi.NewPatient(name="Zhang San", birth_date=born))


def counts() -> tuple[int, int, int]:
    return Card.objects.count(), Step.objects.count(), Event.objects.count()


def test_a_card_is_issued_used_lost_and_replaced():
    issuer, person = an_issuer(), a_person()
    card = cards.issue(by=CLERK, issuer=issuer, card=cards.NewCard(person, active=False))
    cards_life.activate(by=CLERK, card=card)
    cards.report_lost(by=CLERK, card=card)
    cards_life.report_found(by=CLERK, card=card)
    cards.report_lost(by=CLERK, card=card)
    new = cards.replace(by=CLERK, card=card, reason="lost")
    assert [(s.step, s.state) for s in cards_queries.steps_of(card)] == [
        ("issue", "issued"),
        ("activate", "active"),
        ("lose", "lost"),
        ("find", "active"),
        ("lose", "lost"),
        ("replace", "replaced"),
    ]
    assert Card.objects.get(id=new).replaces_id == card
    assert cards.cards_of(person) == [new, card]
    shown = {c.id: c for c in cards.shown(by=CLERK, ids=[new, card], masked=False)}
    assert shown[new].number != shown[card].number
    assert (shown[new].state, shown[card].state) == ("active", "replaced")
    assert cards.by_number(shown[new].number) == new
    masked = cards.shown(by=CLERK, ids=[new])[0].number
    assert "*" in masked and masked != shown[new].number
    assert shown[new].number.encode() not in bytes(Card.objects.get(id=new).number_sealed)
    cards.cancel(by=CLERK, card=new, reason="moved away")
    assert Card.objects.get(id=new).ended_at is not None
    actions = [e.action for e in audit.about_patient(str(person))]
    assert {
        "cards.issue",
        "cards.activate",
        "cards.lose",
        "cards.find",
        "cards.replace",
        "cards.cancel",
        "cards.read",
        "cards.read_unmasked",
    } <= set(actions)


def test_a_card_applied_for_is_handed_out_later():
    issuer, person = an_issuer(), a_person()
    card = cards.apply(by=CLERK, issuer=issuer, card=cards.NewCard(person, "citizen"))
    assert (Card.objects.get(id=card).state, Card.objects.get(id=card).issued_at) == ("applied", None)
    with pytest.raises(cards_life_rules.HoldsOne):
        cards.apply(by=CLERK, issuer=issuer, card=cards.NewCard(person, "citizen"))
    cards_life.hand_out(by=CLERK, card=card)
    row = Card.objects.get(id=card)
    assert (row.state, row.issued_at is not None, len(row.number_index)) == ("issued", True, 17)
    with pytest.raises(cards_life_rules.StepRefused):
        cards_life.hand_out(by=CLERK, card=card)


def test_refused_cards_change_nothing():
    issuer, person, child = an_issuer(), a_person(), a_person(timezone.localdate() - timedelta(days=3000))
    young = a_person(timezone.localdate() - timedelta(days=6000))
    cards.issue(by=CLERK, issuer=issuer, card=cards.NewCard(person))
    before = counts()
    for refusal, where, batch in (
        (cards_life_rules.HoldsOne, "cards[1]", [cards.NewCard(young), cards.NewCard(person)]),
        (cards_life_rules.HoldsOne, "cards[1]", [cards.NewCard(young), cards.NewCard(young)]),
        (cards_life_rules.HolderUnfit, "cards[0]", [cards.NewCard(uuid4())]),
        (cards_life_rules.KindInvalid, "cards[0].kind", [cards.NewCard(young, "loyalty")]),
        (cards_life_rules.KindInvalid, "cards[0].kind", [cards.NewCard(child)]),
        (cards_life_rules.KindInvalid, "cards[0].kind", [cards.NewCard(young, "child", guardian=person)]),
        (cards_life_rules.GuardianMissing, "cards[0].guardian", [cards.NewCard(child, "child")]),
        (cards_life_rules.GuardianMissing, "cards[0].guardian", [cards.NewCard(child, "child", guardian=young)]),
    ):
        with pytest.raises(refusal) as caught:
            cards_life.issue_many(by=CLERK, issuer=issuer, cards=batch)
        assert caught.value.where == where
    assert counts() == before
    cards.issue(by=CLERK, issuer=issuer, card=cards.NewCard(child, "child", guardian=person))
    cards.issue(by=CLERK, issuer=an_issuer(), card=cards.NewCard(person))
    assert cards_life.issue_many(by=CLERK, issuer=issuer, cards=[]) == []


def test_steps_that_do_not_follow_are_refused():
    card = cards.issue(by=CLERK, issuer=an_issuer(), card=cards.NewCard(a_person()))
    cards.cancel(by=CLERK, card=card)
    before = counts()
    for step in (cards_life.activate, cards.report_lost, cards_life.report_found, cards.cancel, cards.replace):
        with pytest.raises(cards_life_rules.StepRefused):
            step(by=CLERK, card=card)
        with pytest.raises(cards_life_rules.CardUnknown):
            step(by=CLERK, card=uuid4())
    assert counts() == before
    with pytest.raises(cards_life_rules.CardUnknown):
        cards.by_number("9999999999999")


def test_numbers_carry_a_check_digit():
    ids = cards_life.issue_many(by=CLERK, issuer=an_issuer(), cards=[cards.NewCard(a_person()) for _ in range(20)])
    for card in cards.shown(by=CLERK, ids=ids, masked=False):
        digits = [int(d) for d in reversed(card.number)]
        assert len(digits) == 13
        assert (sum(digits[0::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0


def test_a_code_is_good_for_a_minute_and_opens_once(settings):
    import time_machine

    card = cards.issue(by=CLERK, issuer=an_issuer(), card=cards.NewCard(a_person()))
    start = datetime.fromisoformat("2018-05-02T09:00:00+08:00")
    with time_machine.travel(start, tick=False) as clock:
        text, code = cards.present(by=CLERK, card=card)
        late, _code = cards.present(by=CLERK, card=card)
        assert code.ends_at == start + timedelta(seconds=60)
        clock.shift(60)
        assert cards.scan(by=CLERK, text=text).card == card
        with pytest.raises(cards_codes_rules.CodeUsed):
            cards.scan(by=CLERK, text=text)
        clock.shift(1)
        with pytest.raises(cards_codes_rules.CodeExpired):
            cards.scan(by=CLERK, text=late)
        fresh, _code = cards.present(by=CLERK, card=card)
        cards.report_lost(by=CLERK, card=card)
        with pytest.raises(cards_life_rules.StepRefused):
            cards.scan(by=CLERK, text=fresh)
        with pytest.raises(cards_life_rules.StepRefused):
            cards.present(by=CLERK, card=card)


def test_marks_of_read_codes_are_forgotten_when_they_cannot_come_again():
    import time_machine

    from jinling.services.cards.usecases.codes import forget_codes

    card = cards.issue(by=CLERK, issuer=an_issuer(), card=cards.NewCard(a_person()))
    text, _code = cards.present(by=CLERK, card=card)
    cards.scan(by=CLERK, text=text)
    assert forget_codes() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert forget_codes() == 1
        with pytest.raises(cards_codes_rules.CodeExpired):
            cards.scan(by=CLERK, text=text)


@given(state=st.sampled_from([*LIVING, "replaced", "cancelled"]), step=st.sampled_from(sorted(LIFE.steps)))
def test_ended_cards_never_move(state, step):
    if state in LIFE.steps[step]:
        assert state in LIVING
        assert LIFE.after(state, step) == LIFE.steps[step][state]
    else:
        with pytest.raises(cards_life_rules.StepRefused):
            LIFE.after(state, step)


def test_age_turns_on_the_birthday():
    assert age_on(date(2004, 5, 2), date(2018, 5, 1)) == 13
    assert age_on(date(2004, 5, 2), date(2018, 5, 2)) == 14
    assert age_on(date(2004, 2, 29), date(2018, 2, 28)) == 13
    check_kind("medical", birth_date=None, guardian_birth_date=None, has_guardian=False, day=date(2018, 5, 1))
