"""Why the portal says no."""

from __future__ import annotations

from jinling.kernel.outcomes import NotFound


class PatientUnknown(NotFound):
    """Nobody of that id is among the account's people whose relation was checked."""

    code = "patient_unknown"
    text = "There is no such person among your people."
    mend = "Choose one of the list of your people; add them there first."
