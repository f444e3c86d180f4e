"""Template tags of the registration and identity desks: the words for fields, documents, rules and relations."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from jinling.foundation.directory import public as directory
from jinling.foundation.mpi.rules.comparison import Agreement
from jinling.foundation.mpi.rules.matching import Rule
from jinling.foundation.mpi.rules.people import Relation
from jinling.foundation.terminology import public as terminology
from jinling.kernel.outcomes import Refused
from jinling.web.components import Chip, Tone

register = template.Library()

FIELDS = {
    "name": _("Person's name"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "mobile": _("Mobile"),
    "district": _("District"),
    "mother": _("Mother"),
    "household_register": _("Number in the household register"),
    "resident_id": _("Identity card number"),
    "foreign_resident_id": _("Foreign permanent resident number"),
    "passport": _("Passport"),
    "hk_macau_permit": _("Hong Kong and Macau permit"),
    "taiwan_permit": _("Taiwan permit"),
    "military_id": _("Military card"),
    "birth_certificate": _("Birth certificate"),
    "social_insurance": _("Social insurance number"),
    "citizen_card": _("Citizen card"),
    "hospital_card": _("Hospital card"),
}
SEXES = {
    "unknown": pgettext_lazy("sex", "unknown"),
    "female": pgettext_lazy("sex", "female"),
    "male": pgettext_lazy("sex", "male"),
}
AGREEMENTS: dict[Agreement, tuple[str | Promise, Tone]] = {
    Agreement.SAME: (pgettext_lazy("agreement", "same"), "good"),
    Agreement.ALIKE: (pgettext_lazy("agreement", "alike"), "info"),
    Agreement.DIFFERS: (pgettext_lazy("agreement", "differs"), "bad"),
    Agreement.MISSING: (pgettext_lazy("agreement", "missing"), ""),
}
RELATIONS: dict[str, str | Promise] = {
    Relation.SELF: pgettext_lazy("relation", "self"),
    Relation.SPOUSE: pgettext_lazy("relation", "spouse"),
    Relation.CHILD: pgettext_lazy("relation", "child"),
    Relation.PARENT: pgettext_lazy("relation", "parent"),
    Relation.GRANDPARENT: pgettext_lazy("relation", "grandparent"),
    Relation.GRANDCHILD: pgettext_lazy("relation", "grandchild"),
    Relation.SIBLING: pgettext_lazy("relation", "sibling"),
    Relation.WARD: pgettext_lazy("relation", "ward"),
    Relation.OTHER: pgettext_lazy("relation", "other"),
}
RULES: dict[str, str | Promise] = {
    Rule.OWN_NUMBER: pgettext_lazy("matching rule", "own number"),
    Rule.OWN_NUMBER_NO_NAME: pgettext_lazy("matching rule", "own number, no name"),
    Rule.OWN_NUMBER_IN_LATIN: pgettext_lazy("matching rule", "own number, name in Latin letters"),
    Rule.OWN_NUMBER_ONE_APART: pgettext_lazy("matching rule", "own number, one character differs"),
    Rule.OWN_NUMBER_TWO_NAMES: pgettext_lazy("matching rule", "own number under two names"),
    Rule.CARD_AND_NAME: pgettext_lazy("matching rule", "card and name"),
    Rule.CARD_ALONE: pgettext_lazy("matching rule", "card, but name or birth date differ"),
    Rule.LIFELONG_DIFFER: pgettext_lazy("matching rule", "lifelong numbers differ"),
    Rule.ONE_BIRTH: pgettext_lazy("matching rule", "child of one birth"),
    Rule.SEVERAL_CHILDREN: pgettext_lazy("matching rule", "one of several children of a birth"),
    Rule.OTHER_BIRTH: pgettext_lazy("matching rule", "newborns of different births"),
    Rule.OTHER_SEX_AT_BIRTH: pgettext_lazy("matching rule", "newborns of different sex"),
    Rule.LIKELY: pgettext_lazy("matching rule", "likely"),
    Rule.LIKELY_OTHER_NAME: pgettext_lazy("matching rule", "likely, but given names differ"),
    Rule.LIKELY_OTHER_SEX: pgettext_lazy("matching rule", "likely, but sex differs"),
    Rule.POSSIBLE: pgettext_lazy("matching rule", "possible"),
    Rule.UNLIKELY: pgettext_lazy("matching rule", "unlikely"),
    Rule.BY_HAND: pgettext_lazy("matching rule", "by hand"),
    Rule.AT_A_DESK: pgettext_lazy("matching rule", "seen at a desk"),
    Rule.SEPARATED: pgettext_lazy("matching rule", "separated"),
}


@register.filter
def rule(code: str) -> str:
    """A matching rule in the reader's language."""
    return str(RULES.get(code, code))


@register.filter
def relation(code: str) -> str:
    """What a person is to the holder of an account."""
    return str(RELATIONS.get(code, code))


def agreement_chip(agreement: Agreement) -> Chip:
    """How one field of two records agrees."""
    label, tone = AGREEMENTS[agreement]
    return Chip(str(label), tone)


def district_name(code: str) -> str:
    """A district of this city or another one by name; a code that neither knows stays as it is."""
    try:
        return directory.district(code).name
    except Refused:
        found = terminology.districts([code]).get(code)
        return found.name if found else code
