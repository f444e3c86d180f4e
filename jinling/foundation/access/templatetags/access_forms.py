"""Draws the fields of allauth's forms as this platform's fields."""

from __future__ import annotations

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def as_control(field: BoundField) -> SafeString:
    """The field's input with the design system's class; placeholders repeat the label and are left out."""
    is_box = isinstance(field.field.widget, CheckboxInput)
    field.field.widget.attrs.pop("placeholder", None)
    return field.as_widget(attrs={"class": "form-check-input" if is_box else "form-control"})
