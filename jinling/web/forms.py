"""Django forms in the clothes of the design system."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from jinling.kernel.money import decimals, minor
from jinling.kernel.outcomes import Refused
from jinling.web.components import told


class StyledForm(forms.Form):
    """A form whose widgets carry the design system's classes and whose hints are tied to their fields."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxInput):
                widget.attrs.setdefault("class", "form-check-input ms-2")
            elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
                widget.attrs.setdefault("class", "form-select")
            else:
                widget.attrs.setdefault("class", "form-control")

    def refuse(self, refused: Refused) -> None:
        """Show a refusal among the form's own errors."""
        problem = told(refused)
        self.add_error(None, f"{problem.text} {problem.mend}".strip())


class DateInput(forms.DateInput):
    """A date field that browsers give a calendar to."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    """A time field that browsers give a clock to."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class MoneyField(forms.DecimalField):
    """An amount in the city's currency; its value is an integer in the minor unit."""

    def __init__(self, **kwargs: Any) -> None:
        places = decimals(settings.JINLING_CURRENCY)
        super().__init__(max_digits=6 + places, decimal_places=places, **kwargs)

    def clean(self, value: Any) -> int | None:
        """The amount in the minor unit; None where nothing was typed and nothing had to be."""
        amount = super().clean(value)
        return None if amount is None else minor(amount, digits=decimals(settings.JINLING_CURRENCY))
