"""The decision: role and relation and purpose and consent and data level and context, each of them needed.

Every function is pure. A word that is missing reads as "no": nothing is allowed that was not said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from jinling.kernel.declarations import Declaration
from jinling.kernel.sockets import Role


class Reason(StrEnum):
    """What an access lacks: the first of these that was not there. Its word stands in the audit and in the refusal."""

    ROLE = "role"
    RELATION = "relation"
    PURPOSE = "purpose"
    CONSENT = "consent"
    LEVEL = "level"
    CONTEXT = "context"


class ConsentDecision(StrEnum):
    """What a patient's word says."""

    PERMIT = "permit"
    DENY = "deny"


# Purposes that hold only while an emergency access to the patient is open.
IN_EMERGENCY = frozenset({"ETREAT", "BTG"})
# Purposes that do not hang on consent: emergencies, which the patient sees and a second person judges, and
# the services' own running inside the institution that holds the record.
BEYOND_CONSENT = IN_EMERGENCY | {"HOPERAT", "BOOKING", "HOTLINE", "SUPERVISION", "STATS", "PATRQT"}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the moment: whether a second factor stood at the sign-in (``None``: the site does not
    ask for one), whether the sign-in is fresh, whether an emergency access to this patient is open."""

    second_factor: bool | None = None
    fresh: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed, or the first conjunct that failed."""

    reason: Reason | Literal[""] = ""

    @property
    def allowed(self) -> bool:
        """Whether everything that is needed was there."""
        return not self.reason


ALLOWED = Verdict()


def decide(
    *,
    role: Role,
    granted: bool,
    declared: Declaration,
    relation: str,
    asks_consent: bool,
    purpose: str,
    consent: bool,
    level: int,
    circumstances: Circumstances,
) -> Verdict:
    """Judge one access.

    Args:
        role: the role in which the actor acts.
        granted: whether the role holds the declared permission.
        declared: what the page, endpoint or verb declares.
        relation: how the actor really stands to the person concerned.
        asks_consent: whether in this relation somebody else's record is looked at, so that the patient's word counts.
        purpose: what the actor says it is for.
        consent: whether the person's word allows it (see ``consents``); True where no person is concerned.
        level: the level of the data that would be shown.
        circumstances: of the moment.
    """
    if not granted:
        return Verdict(Reason.ROLE)
    in_emergency = circumstances.emergency and purpose in IN_EMERGENCY
    if relation not in declared.relations and not (in_emergency and "treating" in declared.relations):
        return Verdict(Reason.RELATION)
    if relation not in role.relations and not (in_emergency and "treating" in role.relations):
        return Verdict(Reason.RELATION)
    if purpose not in role.purposes or (declared.purpose and purpose != declared.purpose and not in_emergency):
        return Verdict(Reason.PURPOSE)
    if not consent and asks_consent and purpose not in BEYOND_CONSENT:
        return Verdict(Reason.CONSENT)
    if purpose in IN_EMERGENCY and not circumstances.emergency:
        return Verdict(Reason.CONTEXT)
    if level > role.level or level > declared.level:
        return Verdict(Reason.LEVEL)
    if role.second_factor and circumstances.second_factor is False:
        return Verdict(Reason.CONTEXT)
    if (declared.fresh or level >= 5) and not circumstances.fresh:
        return Verdict(Reason.CONTEXT)
    return ALLOWED


# -- consent -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConsentWord:
    """One word of a patient: yes or no, to everyone ("") or one organisation, for some categories of
    data (none named: all) and purposes (none named: all), between two instants."""

    decision: ConsentDecision
    organization: str = ""
    categories: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    given_at: datetime | None = None

    def covers(self, *, organization: str, category: str, purpose: str, now: datetime) -> bool:
        """Whether this word speaks about such an access."""
        return (
            (not self.organization or self.organization == organization)
            and (not self.categories or not category or category in self.categories)
            and (not self.purposes or purpose in self.purposes)
            and (self.starts_at is None or self.starts_at <= now)
            and (self.ends_at is None or now < self.ends_at)
        )

    def nearness(self) -> tuple[int, int, int]:
        """How closely it speaks: an organisation before everyone, a category before all, a purpose before all."""
        return (bool(self.organization), bool(self.categories), bool(self.purposes))


def consents(
    words: Iterable[ConsentWord], *, organization: str, category: str, purpose: str, now: datetime, default: bool
) -> bool:
    """What the patient's words together say: the closest word counts; of equally close ones the denial does.

    A partial denial holds for a request that names no category: whoever asks for everything meets it.
    """
    speaking = [
        word for word in words if word.covers(organization=organization, category=category, purpose=purpose, now=now)
    ]
    if not speaking:
        return default
    if not category and any(word.decision == ConsentDecision.DENY for word in speaking):
        return False
    closest = max(word.nearness() for word in speaking)
    return all(word.decision == ConsentDecision.PERMIT for word in speaking if word.nearness() == closest)
