"""Believable months of the twelve tables, seeded: levels of May 2018, everything that they print consistent.

The form is that of the pack's reference figures, which is also what ``jinling replay`` reads. A sequence begins with
May 2018 and goes on month by month; Spring Festivals, seasons, working days, openings, closures, a route that starts,
one that ends, institutions that join the collection and reasons in cells are in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.faults import gathering, services
from tests.faults.scene import Document, Laws, Moment, Scene, reference
from tests.faults.seasons import busy, later

FIRST = "2018-05"
# Later ones draw on earlier ones.
DRAWN: dict[str, Any] = {
    "booking_by_hospital": services.Bookings,
    "cards_issued": services.Cards,
    "booking_by_route": services.Routes,
    "hotline": services.Hotline,
    "hotline_by_city": services.HotlineByCity,
    "reports_uploaded": services.Reports,
    "family_doctor": services.FamilyDoctors,
    "schedule_release": gathering.Release,
    "maternal": services.Maternal,
    "collection_district": gathering.CollectionByDistrict,
    "collection_hospital": gathering.CollectionByHospital,
    "kiosk": services.Kiosks,
}


@dataclass(frozen=True)
class Month:
    """A clean month: what was printed, and the laws by which its figures were drawn."""

    document: Document
    laws: Laws


def sequence(seed: int, months: int = 28) -> list[Month]:
    """Months one after the other from May 2018 on; the same seed makes the same months."""
    scene = Scene(Random(seed), months)
    drawn = {name: table(scene) for name, table in DRAWN.items()}
    made = []
    for number in range(months):
        period = later(FIRST, number)
        moment = Moment(number, period, busy(period))
        for name, table in drawn.items():
            moment.tables[name] = table.draw(moment)
        document = {
            "city": "nanjing",
            "period": period,
            "tables": {name: moment.tables[name] for name in reference()},
        }
        made.append(Month(document, moment.laws))
    return made
