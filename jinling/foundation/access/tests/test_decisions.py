"""The decision: every conjunct is needed, and nothing that was not said is allowed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from jinling.foundation.access.queries import relations, roles
from jinling.foundation.access.rules.decisions import (
    BEYOND_CONSENT,
    Circumstances,
    ConsentDecision,
    ConsentWord,
    consents,
    decide,
)
from jinling.foundation.access.rules.roles import PURPOSES
from jinling.kernel.declarations import Declaration

NOW = datetime(2018, 5, 15, 8, tzinfo=UTC)
HUMAN = [role for role in roles().values() if role.kind != "system"]


# Relations in which somebody else's record is looked at.
ASKS_CONSENT = {"treating", "named", "own_area", "other"}
DRAWS = 15_000
CONJUNCTS = ("role", "relation", "purpose", "consent", "level", "context")


def a_question(rng):
    """A question to which the answer is yes."""
    role = rng.choice(HUMAN)
    relation, purpose, level = rng.choice(role.relations), rng.choice(role.purposes), rng.randint(0, role.level)
    more = rng.sample(sorted(relations()), rng.randrange(len(relations())))
    declared = Declaration(
        "x.y",
        tuple(sorted({relation, *more})),
        rng.choice(["", purpose]),
        rng.randint(level, 5),
        rng.choice([True, False]),
    )
    second = True if role.second_factor else rng.choice([True, None, False])
    emergency = purpose in ("ETREAT", "BTG")
    return {
        "role": role,
        "granted": True,
        "declared": declared,
        "relation": relation,
        "asks_consent": relation in ASKS_CONSENT,
        "purpose": purpose,
        "consent": True,
        "level": level,
        "circumstances": Circumstances(second_factor=second, fresh=True, emergency=emergency),
    }


def without(conjunct, question, rng):
    """The same question with one conjunct taken away; None where it hangs on nothing there."""
    role, declared, now = question["role"], question["declared"], question["circumstances"]
    if conjunct == "role":
        return question | {"granted": False}
    if conjunct == "relation" and not now.emergency:
        strange = sorted(set(relations()) - (set(role.relations) & set(declared.relations)))
        return question | {"relation": rng.choice(strange)}
    if conjunct == "purpose":
        return question | {"purpose": rng.choice(sorted(set(PURPOSES) - set(role.purposes)))}
    if conjunct == "consent" and question["relation"] in ASKS_CONSENT and question["purpose"] not in BEYOND_CONSENT:
        return question | {"consent": False}
    if conjunct == "level" and min(role.level, declared.level) < 5:
        return question | {"level": min(role.level, declared.level) + 1}
    if conjunct == "context" and now.emergency:
        return question | {"circumstances": Circumstances(now.second_factor, now.fresh, emergency=False)}
    if conjunct == "context" and role.second_factor:
        return question | {"circumstances": Circumstances(second_factor=False, fresh=now.fresh)}
    if conjunct == "context" and (declared.fresh or question["level"] >= 5):
        return question | {"circumstances": Circumstances(now.second_factor, fresh=False)}
    return None


def test_what_has_everything_is_allowed_and_taking_any_single_conjunct_away_refuses():
    rng, tried = random.Random(2018), dict.fromkeys(CONJUNCTS, 0)
    for _ in range(DRAWS):
        question = a_question(rng)
        assert decide(**question).allowed, question
        for conjunct in CONJUNCTS:
            lacking = without(conjunct, question, rng)
            if lacking is not None:
                tried[conjunct] += 1
                assert not decide(**lacking).allowed, (conjunct, lacking)
    assert min(tried.values()) > 400, tried


def test_an_emergency_stands_in_for_the_relation_only():
    clinician = roles()["clinician"]
    declared = Declaration("x.y", ("treating",), "", 4)
    question = {
        "role": clinician,
        "granted": True,
        "declared": declared,
        "relation": "other",
        "asks_consent": True,
        "purpose": "BTG",
        "consent": False,
        "level": 4,
        "circumstances": Circumstances(emergency=True),
    }
    assert decide(**question).allowed
    assert decide(**(question | {"granted": False})).reason == "role"
    assert decide(**(question | {"level": 5})).reason == "level"
    assert decide(**(question | {"circumstances": Circumstances()})).reason == "relation"
    assert decide(**(question | {"declared": Declaration("x.y", ("own_organization",), "", 4)})).reason == "relation"
    assert decide(**(question | {"role": roles()["hospital_scheduler"]})).reason == "relation"


def test_no_role_may_all_that_another_may_and_more():
    """No role's bounds cover all others': there is no daily superuser."""
    for role in HUMAN:
        others = [other for other in HUMAN if other is not role]
        assert not all(
            set(other.purposes) <= set(role.purposes) and set(other.relations) <= set(role.relations)
            for other in others
        )


# -- consent: a decision table ---------------------------------------------------------------

EVERYONE_NO = ConsentWord(ConsentDecision.DENY)
EVERYONE_YES = ConsentWord(ConsentDecision.PERMIT)
HOSPITAL_NO = ConsentWord(ConsentDecision.DENY, organization="H1")
HOSPITAL_YES = ConsentWord(ConsentDecision.PERMIT, organization="H1")
LABS_NO = ConsentWord(ConsentDecision.DENY, categories=("laboratory",))
LABS_YES_AT_H1 = ConsentWord(ConsentDecision.PERMIT, organization="H1", categories=("laboratory",))
NOT_FOR_PUBLIC_HEALTH = ConsentWord(ConsentDecision.DENY, purposes=("PUBHLTH",))
ENDED = ConsentWord(ConsentDecision.DENY, ends_at=NOW)
TO_COME = ConsentWord(ConsentDecision.DENY, starts_at=NOW + timedelta(seconds=1))
RUNNING = ConsentWord(ConsentDecision.DENY, starts_at=NOW, ends_at=NOW + timedelta(seconds=1))

TABLE = [
    # words, organisation, category, purpose, what the city presumes -> the answer
    ([], "H1", "", "TREAT", True, True),
    ([], "H1", "", "TREAT", False, False),
    ([EVERYONE_NO], "H1", "", "TREAT", True, False),
    ([EVERYONE_YES], "H1", "", "TREAT", False, True),
    ([EVERYONE_NO, HOSPITAL_YES], "H1", "laboratory", "TREAT", True, True),
    ([EVERYONE_NO, HOSPITAL_YES], "H2", "laboratory", "TREAT", True, False),
    ([EVERYONE_YES, HOSPITAL_NO], "H1", "laboratory", "TREAT", False, False),
    ([EVERYONE_YES, HOSPITAL_NO], "H2", "laboratory", "TREAT", False, True),
    ([LABS_NO], "H1", "laboratory", "TREAT", True, False),
    ([LABS_NO], "H1", "imaging", "TREAT", True, True),
    ([LABS_NO], "H1", "", "TREAT", True, False),
    ([LABS_NO, LABS_YES_AT_H1], "H1", "laboratory", "TREAT", True, True),
    ([LABS_NO, LABS_YES_AT_H1], "H2", "laboratory", "TREAT", True, False),
    ([NOT_FOR_PUBLIC_HEALTH], "H1", "laboratory", "PUBHLTH", True, False),
    ([NOT_FOR_PUBLIC_HEALTH], "H1", "laboratory", "TREAT", True, True),
    ([ENDED], "H1", "", "TREAT", True, True),
    ([TO_COME], "H1", "", "TREAT", True, True),
    ([RUNNING], "H1", "", "TREAT", True, False),
    ([HOSPITAL_YES, HOSPITAL_NO], "H1", "laboratory", "TREAT", True, False),
]


@pytest.mark.parametrize(("words", "organization", "category", "purpose", "default", "answer"), TABLE)
def test_the_closest_word_counts_and_of_equals_the_denial(words, organization, category, purpose, default, answer):
    for order in (words, words[::-1]):
        assert (
            consents(order, organization=organization, category=category, purpose=purpose, now=NOW, default=default)
            is answer
        )


WORDS = st.builds(
    ConsentWord,
    decision=st.sampled_from(ConsentDecision),
    organization=st.sampled_from(["", "H1", "H2"]),
    categories=st.sampled_from([(), ("laboratory",), ("imaging", "laboratory")]),
    purposes=st.sampled_from([(), ("TREAT",)]),
)


@given(st.lists(WORDS, max_size=5), st.sampled_from(["H1", "H2", "H3"]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_withdrawing_every_word_leaves_what_the_city_presumes_and_a_plain_no_always_counts(
    words, organization, default
):
    asked = {"organization": organization, "category": "laboratory", "purpose": "TREAT", "now": NOW}
    assert consents([], default=default, **asked) is default
    closest_no = ConsentWord(
        ConsentDecision.DENY, organization=organization, categories=("laboratory",), purposes=("TREAT",)
    )
    assert consents([*words, closest_no], default=default, **asked) is False
