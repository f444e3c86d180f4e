"""Why the platform itself has no figure: not counted is not 0. What institutions say is the pack's."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from jinling.data.statistics.rules.checks import gettext_noop


class Missing(StrEnum):
    """Why a figure was not counted."""

    BEFORE_START = "before_start"
    NOT_REPLAYED = "not_replayed"
    REPLAY_INCOMPLETE = "replay_incomplete"
    NO_COUNTER = "no_counter"
    SOURCE_LATE = "source_late"


NAMES: Mapping[Missing, str] = {
    Missing.BEFORE_START: gettext_noop("not in use yet"),
    Missing.NOT_REPLAYED: gettext_noop("not replayed"),
    Missing.REPLAY_INCOMPLETE: gettext_noop("replay not complete"),
    Missing.NO_COUNTER: gettext_noop("not counted yet"),
    Missing.SOURCE_LATE: gettext_noop("still being taken in"),
}
