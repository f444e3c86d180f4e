"""Words of the identity pages: fields and documents, districts by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused

FIELDS = {
    "name": gettext_lazy("Person's name"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "mobile": gettext_lazy("Mobile"),
    "district": gettext_lazy("District"),
    "mother": gettext_lazy("Mother"),
    "household_register": gettext_lazy("Number in the household register"),
    "resident_id": gettext_lazy("Identity card number"),
    "foreign_resident_id": gettext_lazy("Foreign permanent resident number"),
    "passport": gettext_lazy("Passport"),
    "hk_macau_permit": gettext_lazy("Hong Kong and Macau permit"),
    "taiwan_permit": gettext_lazy("Taiwan permit"),
    "military_id": gettext_lazy("Military card"),
    "birth_certificate": gettext_lazy("Birth certificate"),
    "social_insurance": gettext_lazy("Social insurance number"),
    "citizen_card": gettext_lazy("Citizen card"),
    "hospital_card": gettext_lazy("Hospital card"),
}


def district_name(code: str) -> str:
    """A district by name; a code that the city does not know stays as it is."""
    try:
        return directory.district(code).name
    except Refused:
        return code
