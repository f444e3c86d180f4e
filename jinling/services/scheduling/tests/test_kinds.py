"""The closed lists of ``rules`` and every place where their words stand once more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import pytest
from django.db import connection, models
from django.utils.translation import override, pgettext

from jinling.kernel.contexts import folder_of
from jinling.services.scheduling import models as tables
from jinling.services.scheduling.rules import kinds
from jinling.services.scheduling.rules.kinds import Audience, Availability, DrawState, EndReason, Release, SessionStatus
from jinling.services.scheduling.rules.life import (
    APPOINTMENT,
    FREED,
    LIVE,
    OFFER,
    WAITING,
    AppointmentState,
    OfferState,
    WaitingState,
)
from jinling.services.scheduling.rules.refusals import OUTCOMES
from jinling.services.scheduling.templatetags import scheduling as words
from jinling.services.scheduling.usecases.taking import LIMITS

FOLDER = folder_of("jinling.services.scheduling")
SAID = re.compile(r"\bEndReason\.([A-Z_]+)")
# The words of each list, and members that need none.
LABELS: list[tuple[str, type[StrEnum], set[str]]] = [
    ("PARTS", kinds.Part, set()),
    ("KINDS", kinds.ClinicKind, set()),
    ("STATES", kinds.Availability, set()),
    ("DAY_STATES", kinds.Availability, {Availability.OPEN}),
    ("STATUSES", AppointmentState, set()),
    ("REASONS", EndReason, set()),
    ("OFFERS", kinds.OfferReason, set()),
    ("PENALTIES", kinds.SuspensionKind, set()),
    ("AUDIENCES", kinds.Audience, set()),
    ("RELEASES", kinds.Release, set()),
    ("CONFIRMATIONS", kinds.Confirmation, set()),
    ("OUTCOMES", kinds.TicketOutcome, set()),
    ("DRAW_STATES", kinds.DrawState, set()),
]
UNLABELLED = {SessionStatus, kinds.EndedBy}  # shown by a chip of their own; told to programs alone
# A column, the list of its words, and the constraint that names them all.
COLUMNS: list[tuple[type[models.Model], str, type[StrEnum], str]] = [
    (tables.Appointment, "status", AppointmentState, "scheduling_appointment_status"),
    (tables.Appointment, "reason", EndReason, ""),
    (tables.WaitlistEntry, "status", WaitingState, ""),
    (tables.Offer, "status", OfferState, ""),
    (tables.Offer, "reason", kinds.OfferReason, ""),
    (tables.Suspension, "kind", kinds.SuspensionKind, ""),
    (tables.Session, "status", kinds.SessionStatus, "scheduling_session_status"),
    (tables.Session, "release", kinds.Release, "scheduling_session_release"),
    (tables.Session, "part", kinds.Part, "scheduling_session_part"),
    (tables.Schedule, "release", kinds.Release, "scheduling_schedule_release"),
    (tables.ScheduleRule, "part", kinds.Part, "scheduling_rule_part"),
    (tables.Clinic, "kind", kinds.ClinicKind, "scheduling_clinic_kind"),
    (tables.BookingPolicy, "confirmation", kinds.Confirmation, "scheduling_policy_confirmation"),
    (tables.Route, "audience", kinds.Audience, ""),
    (tables.ReleaseWindow, "audience", kinds.Audience, ""),
    (tables.DrawTicket, "outcome", kinds.TicketOutcome, ""),
]
# What statements compare a column with.
COMPARED: dict[str, set[str]] = {
    "status": {*AppointmentState, *SessionStatus},
    "release": {*Release},
    "code": {*Audience},
}


def texts(*patterns: str) -> Iterable[tuple[str, str]]:
    """Files of the context by name, with what they say."""
    for pattern in patterns:
        for path in sorted(FOLDER.glob(pattern)):
            yield path.relative_to(FOLDER).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "members", "without"), LABELS, ids=[name for name, _, _ in LABELS])
def test_every_word_has_its_label(name: str, members: type[StrEnum], without: set[str]) -> None:
    labels = set(getattr(words, name)) - {""}
    assert set(members) - labels - without == set(), f"{name} in templatetags/scheduling.py has no label for these"
    assert labels - set(members) == set(), f"{name} in templatetags/scheduling.py has labels for what is no member"


def test_every_list_stands_in_the_tables_above() -> None:
    own = [kind for kind in vars(kinds).values() if isinstance(kind, type) and kind.__module__ == kinds.__name__]
    unheld = {*own, AppointmentState} - {kind for _name, kind, _ in LABELS}
    assert unheld == UNLABELLED, "add these to LABELS of this test, with their labels in templatetags/scheduling.py"


def test_every_reason_is_handed_over_by_somebody() -> None:
    handed = {word for _name, text in texts("usecases/*.py", "pages/*.py", "api/*.py") for word in SAID.findall(text)}
    assert {reason.name for reason in EndReason} - handed == set(), "no verb, page or endpoint ends anything for these"


@pytest.mark.parametrize("state", AppointmentState)
def test_a_state_reads_as_a_word_in_refusals(state: str) -> None:
    with override("zh-hans"):
        assert pgettext("value", state) != state, f'locale file: no Chinese for msgid "{state}" of msgctxt "value"'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column", "members", "constraint"), COLUMNS, ids=[f"{t.__name__}.{c}" for t, c, _, _ in COLUMNS]
)
def test_a_column_takes_the_words_of_its_list(
    table: type[models.Model], column: str, members: type[StrEnum], constraint: str
) -> None:
    width = table._meta.get_field(column).max_length
    assert width is not None and max(map(len, members)) <= width, f"{table.__name__}.{column} is too narrow"
    if constraint:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
            (said,) = cursor.fetchone()
        assert set(re.findall(r"'(\w+)'", said)) == set(members), f"a migration has to make {constraint} anew"


def test_the_tables_of_states_and_their_lists_agree() -> None:
    for table, members in ((APPOINTMENT, AppointmentState), (WAITING, WaitingState), (OFFER, OfferState)):
        assert set(table.all()) == set(members), f"{members.__name__}: rules/life.py has no step for these"
    done = {AppointmentState.FULFILLED, AppointmentState.NOSHOW}
    assert {*FREED, *LIVE, *done} == set(AppointmentState), "a state is live, freed or done: rules/life.py"
    freeing = ("refuse", "cancel", "expire", "suspend")
    assert {after for step in freeing for after in APPOINTMENT.steps[step].values()} == set(FREED)
    assert set(LIVE) == set(AppointmentState) - set(APPOINTMENT.final())


def test_statements_say_the_words_of_the_lists() -> None:
    faults, lists = [], set()
    for name, text in texts("functions/*.sql", "usecases/*.py"):
        for negated, said in re.findall(r"status (NOT )?IN\W+\(([^)%]*)\)", text):
            known = FREED if negated else LIVE
            lists.add(known)
            if tuple(re.findall(r"'(\w+)'", said)) != known:
                faults.append(f"{name}: status {negated}IN ({said}), of rules/life.py {', '.join(known)}")
        for column, said in re.findall(r"\b(status|release|code) (?:=|<>) '(\w+)'", text):
            if said not in COMPARED[column]:
                faults.append(f"{name}: {column} is compared with {said!r}, which is no member")
    assert faults == [] and lists == {FREED, LIVE}


def test_each_answer_of_the_taking_statement_has_its_refusal() -> None:
    text = (FOLDER / "functions" / "take.sql").read_text(encoding="utf-8")
    said = {word for line in re.findall(r"outcome := (.*?);", text) for word in re.findall(r"'(\w+)'", line)}
    known = {*OUTCOMES, *LIMITS, "taken", "suspended"}
    assert said == known, "rules/refusals.py (OUTCOMES), usecases/taking.py and functions/take.sql differ by these"


def test_templates_compare_with_words_of_the_lists() -> None:
    known = COMPARED | {"state": {*Availability, *DrawState, "lifted", "ended"}}
    faults = [
        f"{name}: {what} is compared with {said!r}, which is no member"
        for name, text in texts("templates/**/*.html")
        for what, said in re.findall(r'\b(status|state|release) [!=]= "(\w+)"', text)
        if said not in known[what]
    ]
    assert faults == []
