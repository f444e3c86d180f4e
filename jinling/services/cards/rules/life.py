"""The life of a card."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from jinling.kernel.ages import GROWN_UP, age_on
from jinling.kernel.outcomes import Conflict, Denied, Invalid, NotFound
from jinling.kernel.states import States


class CardKind(StrEnum):
    """The kinds of cards.

    A new one is followed by its name (``Card.Kind`` in ``models.py``, its Chinese in the locale file), a migration for
    the choices of the column, its say in ``check_kind``, and by ``APPLIED_FOR`` where citizens may ask for it
    themselves; the list of all kinds in the locale file (context ``value``) is replaced. ``tests/test_kinds.py`` names
    what is missing.
    """

    CITIZEN = "citizen"
    MEDICAL = "medical"
    CHILD = "child"


# What citizens choose from on their own pages; a child's card follows from the age.
APPLIED_FOR = (CardKind.CITIZEN, CardKind.MEDICAL)


class CardState(StrEnum):
    """How a card stands.

    A new one has its steps in ``LIFE`` and is followed by its name (``Card.State``), its tone in
    ``templatetags/cards.py``, its word in sentences (context ``value`` in the locale file) and, where it does not end
    the card, by ``LIVING`` and a migration of the constraint. ``tests/test_kinds.py`` names what is missing.
    """

    APPLIED = "applied"
    ISSUED = "issued"
    ACTIVE = "active"
    LOST = "lost"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


class Place(StrEnum):
    """Where a card was issued or applied for."""

    COUNTER = "counter"
    KIOSK = "kiosk"
    BATCH = "batch"
    ONLINE = "online"


LIVING = (CardState.APPLIED, CardState.ISSUED, CardState.ACTIVE, CardState.LOST)
CHILD_UNTIL = 14  # full years; a person below holds a child's card with a guardian


class CardUnknown(NotFound):
    """No card has this id or number."""

    code = "card_unknown"
    text = "There is no such card."


class PatientUnknown(NotFound):
    """Nobody is registered under this id or number."""

    code = "patient_unknown"
    text = "There is no such person in the index."
    mend = "Register the person first."


class StepRefused(Conflict):
    """The card's state does not allow the step."""

    code = "card_step_refused"
    text = "A card that is %(state)s cannot take the step %(step)s."
    mend = "Load the card again and look at its state."


# What may follow what. ``replaced`` and ``cancelled`` end a card.
LIFE = States(
    {
        "issue": {CardState.APPLIED: CardState.ISSUED},
        "activate": {CardState.ISSUED: CardState.ACTIVE},
        "lose": dict.fromkeys((CardState.ISSUED, CardState.ACTIVE), CardState.LOST),
        "find": {CardState.LOST: CardState.ACTIVE},
        "replace": dict.fromkeys((CardState.ISSUED, CardState.ACTIVE, CardState.LOST), CardState.REPLACED),
        "cancel": dict.fromkeys(LIVING, CardState.CANCELLED),
    },
    StepRefused,
)


# What the holder may do alone: show its code, report the loss, take an application back.
HOLDER = States(
    {
        "present": {CardState.ACTIVE: CardState.ACTIVE},
        "lose": LIFE.steps["lose"],
        "withdraw": {CardState.APPLIED: CardState.CANCELLED},
    },
    StepRefused,
)


class OtherIssuer(Denied):
    """Another institution's card."""

    code = "card_other_issuer"
    text = "The card was issued by another institution; here it can only be reported lost."
    mend = "Send the holder to the institution that issued the card."


class HoldsOne(Conflict):
    """The person holds such a card of this issuer."""

    code = "card_held_already"
    text = "The person holds a card of this kind from this institution already."
    mend = "Report the old card lost and replace it, or cancel it."


class KindInvalid(Invalid):
    """A kind of card that is not known, or not for a person of this age."""

    code = "card_kind_invalid"
    text = "A card is one of: %(kinds)s; below %(age)s years it is a child's card."


class GuardianMissing(Invalid):
    """A child's card without a grown-up."""

    code = "card_guardian_missing"
    text = "A child's card needs a registered guardian of at least 18 years."
    mend = "Register the guardian first and name them."


class GuardianUnknown(Invalid):
    """A guardian whom the index does not know."""

    code = "card_guardian_unknown"
    text = "The guardian with this number is not registered."
    mend = "Register the guardian first."


class HolderUnfit(Conflict):
    """The holder's record is out of use."""

    code = "card_holder_unfit"
    text = "The person's record is out of use or unknown."
    mend = "Have the identity desk look at the record."


def refuse_other_issuer(step: str, *, issuer: str, institution: str) -> None:
    """Refuse steps of another institution's card, but for the report of its loss, which cannot wait.

    Args:
        issuer: code of the organisation that issued the card.
        institution: code of the actor's, empty for people themselves and for the platform.

    Raises:
        OtherIssuer: as said.
    """
    if not _is_own(step, issuer=issuer, institution=institution):
        raise OtherIssuer(where="card")


def _is_own(step: str, *, issuer: str, institution: str) -> bool:
    return not institution or institution == issuer or step == "lose"


def steps_allowed(state: str, *, issuer: str, institution: str) -> tuple[str, ...]:
    """The steps that an institution may take with a card in that state."""
    return tuple(step for step in LIFE.from_state(state) if _is_own(step, issuer=issuer, institution=institution))


def check_kind(
    kind: str,
    *,
    birth_date: date | None,
    guardian_birth_date: date | None,
    has_guardian: bool,
    day: date,
    where: str = "card",
) -> None:
    """Refuse a kind that does not fit the holder's age, and a child's card without a grown-up guardian.

    Raises:
        KindInvalid, GuardianMissing: as said.
    """
    child = birth_date is not None and age_on(birth_date, day) < CHILD_UNTIL
    if kind not in list(CardKind) or (kind == CardKind.CHILD) != child:
        raise KindInvalid(where=f"{where}.kind", kinds=", ".join(CardKind), age=CHILD_UNTIL)
    if child and (not has_guardian or guardian_birth_date is None or age_on(guardian_birth_date, day) < GROWN_UP):
        raise GuardianMissing(where=f"{where}.guardian")
