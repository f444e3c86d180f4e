"""Template tags of the identity desk."""

from __future__ import annotations

from django import template
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def rule(code: str) -> str:
    """A matching rule in the reader's language."""
    return pgettext("matching rule", code) if code else ""
