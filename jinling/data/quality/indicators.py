"""The counting rules of collection: what each figure of its two tables counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_noop as _

from jinling.data.quality import queries
from jinling.data.quality.counting import Counted, counted_by
from jinling.data.quality.rules import upload_rate
from jinling.kernel.periods import Period
from jinling.kernel.sockets import Figure, Indicator

Counts = Mapping[tuple[Any, ...], Any]
LISTS = ("district", "hospital")


def records_loaded(period: Period) -> Mapping[tuple[Any, ...], int]:
    """Rows accepted in files received in the period, by (institution id, data set)."""
    rows = queries.stored(period).values_list("organization_id", "data_set").annotate(n=Sum("rows_accepted")).order_by()
    return {(organization, code): n for organization, code, n in rows}


def _everyone(period: Period) -> Iterator[tuple[int, str, Counted]]:
    """Every institution's id, whose list of data sets it follows, and what it sent and holds."""
    for required_of in LISTS:
        for organization, one in counted_by(period, "organization_id", required_of).items():
            yield organization, required_of, one


def _each(pick: Callable[[Counted], int]) -> Callable[[Period], Counts]:
    """Count one thing of every institution, by (institution id, list)."""
    return lambda period: {(organization, listed): pick(one) for organization, listed, one in _everyone(period)}


def _kinds(pick: Callable[[Counted], Mapping[str, int]]) -> Callable[[Period], Counts]:
    """The same for a thing of several kinds, by (institution id, list, kind)."""
    return lambda period: {
        (organization, listed, kind): number
        for organization, listed, one in _everyone(period)
        for kind, number in pick(one).items()
    }


def _rate(measure: str, sent: Callable[[Counted], int]) -> Callable[[Period], Counts]:
    """Sent over returned, by (district or organization, its id); a rate that cannot be had is a reason."""

    def count(period: Period) -> Counts:
        returned = queries.returns(period)
        found: dict[tuple[Any, ...], Any] = {}
        for required_of, kind, by in (
            ("district", "district", "organization__district_id"),
            ("hospital", "organization", "organization_id"),
        ):
            for key, one in counted_by(period, by, required_of).items():
                rate = upload_rate(sent(one), returned.get((kind, key, measure)))
                found[kind, key] = Figure(rate.value, rate.reason)
        return found

    return count


INDICATORS = (
    Indicator(
        code="collection.records_loaded",
        name=_("Records loaded"),
        unit=_("records"),
        definition=_("Rows accepted in files received in the period, without duplicates."),
        dimensions=("organization", "data_set"),
        count=records_loaded,
    ),
    Indicator(
        code="collection.tables_declared",
        name=_("Tables declared"),
        unit=_("tables"),
        definition=_("Data sets that the institution had declared to send on the period's last day."),
        dimensions=("organization", "required_of"),
        count=_each(lambda one: one.declared),
    ),
    Indicator(
        code="collection.tables_uploaded",
        name=_("Tables sent"),
        unit=_("tables"),
        definition=_("Different data sets of which at least one row was accepted in the period."),
        dimensions=("organization", "required_of"),
        count=_each(lambda one: one.tables),
    ),
    Indicator(
        code="collection.upload_days",
        name=_("Days with an upload"),
        unit=_("days"),
        definition=_("Days of the period on which a stored file was received; a district counts a day once."),
        dimensions=("organization", "required_of"),
        count=_each(lambda one: one.days),
    ),
    Indicator(
        code="collection.outpatient_rate",
        name=_("Outpatient upload rate"),
        unit=_("percent"),
        definition=_(
            "Outpatient and emergency visits accepted in the period over those returned to the statistics office, in "
            "percent; digits beyond the second are cut off. Above 100 when more was sent than returned."
        ),
        dimensions=("subject", "id"),
        count=_rate("outpatient", lambda one: one.visits),
    ),
    Indicator(
        code="collection.discharge_rate",
        name=_("Discharge upload rate"),
        unit=_("percent"),
        definition=_("Discharges accepted in the period over those returned, in the same way."),
        dimensions=("subject", "id"),
        count=_rate("discharge", lambda one: one.discharges),
    ),
    Indicator(
        code="collection.health_records",
        name=_("Health records held"),
        unit=_("records"),
        definition=_(
            "Current rows of the tables of health records, hypertension and diabetes that were received up to the "
            "period's last day."
        ),
        dimensions=("organization", "required_of", "kind"),
        count=_kinds(lambda one: one.held),
    ),
    Indicator(
        code="collection.deployments",
        name=_("Record browsers and hints deployed"),
        unit=_("workstations"),
        definition=_("Workstations that were heard of in the period."),
        dimensions=("organization", "required_of", "kind"),
        count=_kinds(lambda one: one.deployed),
    ),
)
