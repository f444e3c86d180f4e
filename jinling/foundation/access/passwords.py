"""Passwords that somebody who knows the site would try first."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jinling.foundation.directory import public as directory

# The platform's and its trade's own words; the city's and its institutions' names are added from the directory.
WORDS = (
    "jinling",
    "health",
    "hospital",
    "doctor",
    "nurse",
    "patient",
    "clinic",
    "medical",
    "yiyuan",
    "jiankang",
)
LETTERS = 6  # what must be left of a password once those words are taken out


class SiteWordsValidator:
    """Refuses a password that is little more than words of this site."""

    def validate(self, password: str, user: Any = None) -> None:
        """Take out the site's words, digits and signs; what is left must still be something.

        Raises:
            ValidationError: nothing much is left.
        """
        rest = unicodedata.normalize("NFKC", password).casefold()
        plain = rest
        for word in sorted(
            (*WORDS, settings.JINLING_HOTLINE, settings.JINLING_CITY.rpartition("/")[2].casefold(), *_cities()), key=len
        )[::-1]:
            rest = rest.replace(word, "") if word else rest
        if rest != plain and len(re.sub(r"[\W_]", "", rest)) < LETTERS:
            raise ValidationError(self.get_help_text(), code="site_words")

    def get_help_text(self) -> str:
        """What is asked of a password."""
        return _("The password may not be made of words of this site, such as the city's name.")


def _cities() -> tuple[str, ...]:
    """The loaded city's own names, Chinese and Latin; none before a city is loaded."""
    city = directory.city()
    if city is None:
        return ()
    return tuple(name.casefold() for name in (city.name, city.name.removesuffix("\u5e02"), city.name_en) if name)
