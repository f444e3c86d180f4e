"""For which institution the reader acts, and which month is shown."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from jinling.data.collection import overview
from jinling.data.collection.models import Submission
from jinling.data.collection.public import submission
from jinling.data.collection.rules import SubmissionUnknown
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.kernel.periods import Period
from jinling.web.requests import actor

OWN = "own_organization"


def own_organization(request: HttpRequest) -> directory.Organization:
    """The reader's institution.

    Raises:
        OrganizationMissing: the account names none, or one that is not registered.
    """
    return directory.own(actor(request))


def own_submission(request: HttpRequest, pk: UUID) -> Submission:
    """A submission of the reader's institution; another's is as good as none.

    Raises:
        SubmissionUnknown: there is none, or it is not the institution's.
    """
    one = submission(pk)
    if one.organization_id != own_organization(request).pk:
        raise SubmissionUnknown(where=str(pk))
    return one


def chosen_month(request: HttpRequest, organization: int) -> tuple[Period, list[Period]]:
    """The month of ``?month=``, by default the latest with a submission; and the months to choose from."""
    today = Period.month_of(timezone.localdate())
    known = overview.months(organization)
    asked = request.GET.get("month", "")
    try:
        chosen = Period.month(asked) if asked else (known or [today])[0]
    except Refused:
        chosen = (known or [today])[0]
    return chosen, sorted({*known, today, chosen}, reverse=True)
