"""The decision about one person's record, once the person is known: relation, consent, emergency, and the wall."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from jinling.foundation.access.models import Consent, EmergencyAccess
from jinling.foundation.access.queries import grants, relations as known_relations, roles
from jinling.foundation.access.rules.decisions import (
    BEYOND_CONSENT,
    IN_EMERGENCY,
    Circumstances,
    ConsentDecision,
    ConsentWord,
    Reason,
    Verdict,
    consents,
    decide,
)
from jinling.foundation.access.rules.refusals import AccessDenied
from jinling.foundation.audit import public as audit
from jinling.kernel.actor import Actor
from jinling.kernel.contexts import SocketBroken
from jinling.kernel.declarations import Declaration
from jinling.kernel.sockets import gather

Standing = Callable[[Actor, Sequence[str]], Iterable[str]]
WALL = "jinling_reader"


@lru_cache(maxsize=1)
def relation_books() -> Mapping[str, tuple[Standing, ...]]:
    """Who knows of relations: ``STANDINGS`` of the contexts' ``permissions.py``, by relation.

    Each takes the actor and patients' ids and gives those to whom the actor stands so.
    """
    found: dict[str, tuple[Standing, ...]] = {}
    for context, module in gather("permissions"):
        for name, standing in getattr(module, "STANDINGS", {}).items():
            if name not in known_relations():
                raise SocketBroken(f"{context}: no context declares the relation {name}")
            found[name] = (*found.get(name, ()), standing)
    return found


@lru_cache(maxsize=1)
def who_knows_records() -> Callable[[str], list[str]] | None:
    """Who gives all records of a person: ``SAME_PERSON`` of the one context that knows; None where none does.

    Raises:
        SocketBroken: more than one does.
    """
    known = [module.SAME_PERSON for _context, module in gather("permissions") if hasattr(module, "SAME_PERSON")]
    if len(known) > 1:
        raise SocketBroken("more than one context offers SAME_PERSON: one index knows people")
    return known[0] if known else None


def records_of(patient: str) -> list[str]:
    """All records that count for the same person, as ``SAME_PERSON`` of a context's ``permissions.py`` knows them."""
    known = who_knows_records()
    try:
        UUID(patient)
    except ValueError:
        return [patient]
    return sorted({patient, *(known(patient) if known else ())})


def relation_of(by: Actor, patient: str, *, wanted: Sequence[str], organization: str = "") -> str:
    """The first of the ``wanted`` relations in which the actor stands to the patient, else "other".

    ``organization`` is who holds the record, for "own_organization". "named" and "present" are the caller's to
    vouch for: they hold when they are wanted, because the caller asked for the identifier or the card.
    """
    records = records_of(patient)
    for name in wanted:
        if name == "none" and not patient:
            return name
        if name == "self" and by.patient and by.patient in records:
            return name
        if name == "own_organization" and organization and organization == by.organization:
            return name
        if name in ("named", "present"):
            return name
        if any(not set(records).isdisjoint(map(str, book(by, records))) for book in relation_books().get(name, ())):
            return name
    return "other"


def words_of(patient: str) -> list[ConsentWord]:
    """The patient's words that were not withdrawn. Read at every decision: withdrawing works at the next request."""
    return [
        ConsentWord(
            ConsentDecision.PERMIT if row.decision == ConsentDecision.PERMIT else ConsentDecision.DENY,
            row.organization,
            tuple(row.categories),
            tuple(row.purposes),
            row.starts_at,
            row.ends_at,
            row.given_at,
        )
        for row in Consent.objects.filter(patient__in=records_of(patient), withdrawn_at=None)
    ]


def open_emergency(by: Actor, patient: str, *, now: datetime) -> bool:
    """Whether the actor has an emergency access to this patient that has not ended nor been found unjustified."""
    return EmergencyAccess.objects.filter(
        ~Q(judgement=EmergencyAccess.Judgement.UNJUSTIFIED),
        account=by.id,
        patient__in=records_of(patient),
        starts_at__lte=now,
        ends_at__gt=now,
    ).exists()


def judge(
    by: Actor,
    permission: str,
    *,
    patient: str = "",
    relations: Sequence[str] = ("none",),
    organization: str = "",
    category: str = "",
    level: int = 4,
    fresh: bool = False,
    second_factor: bool | None = None,
) -> Verdict:
    """The verdict about one access, without refusing or recording it."""
    if by.kind == "system":
        return Verdict()
    role = roles().get(by.role)
    if role is None:
        return Verdict(Reason.ROLE)
    now = timezone.now()
    emergency = bool(patient) and by.purpose in IN_EMERGENCY and open_emergency(by, patient, now=now)
    consent = True
    if patient and by.purpose not in BEYOND_CONSENT:
        consent = consents(
            words_of(patient),
            organization=by.organization,
            category=category,
            purpose=by.purpose,
            now=now,
            default=settings.JINLING_SHARING_DEFAULT,
        )
    relation = relation_of(by, patient, wanted=relations, organization=organization) if not emergency else "other"
    return decide(
        role=role,
        granted=permission in grants().get(by.role, frozenset()),
        declared=Declaration(permission, tuple(relations), "", level),
        relation=relation,
        asks_consent=known_relations()[relation].asks_consent,
        purpose=by.purpose,
        consent=consent,
        level=level,
        circumstances=Circumstances(second_factor=second_factor, fresh=fresh, emergency=emergency),
    )


def ensure(
    by: Actor,
    permission: str,
    *,
    patient: str = "",
    relations: Sequence[str] = ("none",),
    organization: str = "",
    category: str = "",
    level: int = 4,
    fresh: bool = False,
) -> None:
    """Let an access to one patient's record go on, or refuse it and leave an entry about the refusal.

    Call it before the transaction of the act, so that the entry outlives the refusal.

    Raises:
        AccessDenied: one of role, relation, purpose, consent, level and context is missing; its name stands in
            ``fields["reason"]``.
    """
    verdict = judge(
        by,
        permission,
        patient=patient,
        relations=relations,
        organization=organization,
        category=category,
        level=level,
        fresh=fresh,
    )
    if not verdict.allowed:
        audit.record(
            by=by,
            action="access.denied",
            patient=patient,
            outcome=audit.Outcome.DENIED,
            detail={"permission": permission, "reason": verdict.reason},
        )
        raise AccessDenied(reason=verdict.reason)


@contextmanager
def walled(patients: Sequence[str]) -> Iterator[None]:
    """Read behind the wall: within, the database shows rows of these patients only, whatever is asked of it.

    Tables stand behind the wall once their context's migration called ``access_wall``; other tables cannot
    be read within at all.

    Raises:
        ValueError: an id carries a comma.
    """
    if any("," in patient for patient in patients):
        raise ValueError("an id has no comma")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('jinling.patients', %s, true), set_config('role', %s, true)",
                [",".join(patients), WALL],
            )
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                if not connection.needs_rollback:
                    cursor.execute("SELECT set_config('role', 'none', true), set_config('jinling.patients', '', true)")
