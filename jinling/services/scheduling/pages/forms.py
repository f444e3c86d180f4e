"""Forms of the staff pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from jinling.services.scheduling.templatetags.scheduling import CONFIRMATIONS, KINDS, PARTS, RELEASES, SEXES
from jinling.web.forms import DateInput, MoneyField, StyledForm, TimeInput
from jinling.web.notation import unit

WEEKDAYS = [
    (0, pgettext_lazy("booking", "Monday")),
    (1, pgettext_lazy("booking", "Tuesday")),
    (2, pgettext_lazy("booking", "Wednesday")),
    (3, pgettext_lazy("booking", "Thursday")),
    (4, pgettext_lazy("booking", "Friday")),
    (5, pgettext_lazy("booking", "Saturday")),
    (6, pgettext_lazy("booking", "Sunday")),
]
PART_CHOICES = list(PARTS.items())
FEE = lazy(lambda: gettext("Fee (%(unit)s)") % {"unit": unit()}, str)()


class RuleForm(StyledForm):
    """A weekly half-day."""

    weekday = forms.TypedChoiceField(label=pgettext_lazy("booking", "Weekday"), choices=WEEKDAYS, coerce=int)
    part = forms.ChoiceField(label=pgettext_lazy("booking", "Half-day"), choices=PART_CHOICES)
    starts = forms.TimeField(label=pgettext_lazy("booking", "Begins"), widget=TimeInput, required=False)
    ends = forms.TimeField(label=pgettext_lazy("booking", "Ends"), widget=TimeInput, required=False)
    capacity = forms.IntegerField(
        label=pgettext_lazy("booking", "Numbers"),
        min_value=0,
        max_value=100_000,
        help_text=_("0 takes the half-day out."),
    )
    segment_minutes = forms.IntegerField(label=_("Minutes a segment"), min_value=0, max_value=480, initial=30)


class ExceptionForm(StyledForm):
    """A day that departs from the weekly rule."""

    on = forms.DateField(label=pgettext_lazy("booking", "Day"), widget=DateInput)
    part = forms.ChoiceField(
        label=pgettext_lazy("booking", "Half-day"),
        choices=[("", pgettext_lazy("booking", "Whole day")), *PART_CHOICES],
        required=False,
    )
    capacity = forms.IntegerField(
        label=pgettext_lazy("booking", "Numbers"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Empty: closed on that day."),
    )
    starts = forms.TimeField(label=pgettext_lazy("booking", "Begins"), widget=TimeInput, required=False)
    ends = forms.TimeField(label=pgettext_lazy("booking", "Ends"), widget=TimeInput, required=False)
    reason = forms.CharField(label=pgettext_lazy("booking", "Reason"), max_length=120, required=False)


class ScheduleForm(StyledForm):
    """A clinic's schedule, or one doctor's in it."""

    clinic = forms.TypedChoiceField(label=pgettext_lazy("booking", "Clinic"), coerce=int)
    practitioner = forms.TypedChoiceField(
        label=pgettext_lazy("booking", "Doctor"), coerce=int, required=False, empty_value=None
    )
    valid_from = forms.DateField(label=pgettext_lazy("booking", "From"), widget=DateInput)
    valid_to = forms.DateField(label=pgettext_lazy("booking", "To"), widget=DateInput, required=False)
    release = forms.ChoiceField(label=pgettext_lazy("booking", "Release"), choices=list(RELEASES.items()))
    fee = MoneyField(label=FEE, min_value=0, required=False, help_text=_("Empty: the clinic's fee."))

    def __init__(
        self, *args: Any, clinics: list[tuple[int, str]], doctors: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinic"].choices = clinics  # type: ignore[attr-defined]
        self.fields["practitioner"].choices = [("", _("No named doctor")), *doctors]  # type: ignore[attr-defined]


class ClinicForm(StyledForm):
    """A clinic that patients book."""

    code = forms.CharField(label=pgettext_lazy("booking", "Code"), max_length=40)
    name = forms.CharField(label=pgettext_lazy("booking", "Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    department = forms.CharField(label=pgettext_lazy("booking", "Department"), max_length=60)
    category = forms.CharField(label=pgettext_lazy("booking", "Category"), max_length=40, required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("clinic", "Kind"), choices=list(KINDS.items()))
    fee = MoneyField(label=FEE, min_value=0)
    place = forms.CharField(label=pgettext_lazy("booking", "Pick-up place"), max_length=120, required=False)
    sex = forms.ChoiceField(
        label=pgettext_lazy("booking", "Sees"),
        choices=[("", pgettext_lazy("booking", "Everyone")), *SEXES.items()],
        required=False,
    )
    age_min = forms.IntegerField(label=_("Youngest, in years"), min_value=0, max_value=150, required=False)
    age_max = forms.IntegerField(label=_("Oldest, in years"), min_value=0, max_value=150, required=False)


class PublishForm(StyledForm):
    """Publish ahead what the weekly rules give."""

    until = forms.DateField(label=_("Publish sessions until"), widget=DateInput)


class CapacityForm(StyledForm):
    """More or fewer numbers."""

    capacity = forms.IntegerField(label=pgettext_lazy("booking", "Numbers"), min_value=1, max_value=100_000)


class CloseForm(StyledForm):
    """Why a session is closed; the patients are told this."""

    reason = forms.CharField(label=_("Reason, as the patients are told it"), max_length=120)


class DrawForm(StyledForm):
    """The window in which requests for a draw are collected."""

    opens_at = forms.DateTimeField(
        label=pgettext_lazy("booking", "Sign-up opens"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    closes_at = forms.DateTimeField(
        label=pgettext_lazy("booking", "Sign-up closes"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class LiftForm(StyledForm):
    """Why a suspension is lifted; the reason is kept."""

    reason = forms.CharField(
        label=pgettext_lazy("booking", "Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class WindowForm(StyledForm):
    """Days before a session on which an audience may book; both empty: not open."""

    first_day = forms.IntegerField(
        label=_("First day before the session"),
        min_value=0,
        max_value=366,
        required=False,
        help_text=_("1 is the day before; 0 the day itself."),
    )
    last_day = forms.IntegerField(
        label=_("Last day before the session"),
        min_value=0,
        max_value=366,
        required=False,
        help_text=_("7 is a week before. Both empty: not open."),
    )
    valid_from = forms.DateField(label=_("In force from"), widget=DateInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("first_day") is None) != (data.get("last_day") is None):
            self.add_error("last_day", _("Give both days, or neither."))
        return data


class ShareForm(StyledForm):
    """A share of each session's numbers kept for an audience or channel kind."""

    code = forms.ChoiceField(label=pgettext_lazy("booking", "Kept for"))
    percent = forms.IntegerField(
        label=_("Per cent of the numbers"),
        min_value=0,
        max_value=100,
        help_text=_("0 keeps none. It holds for sessions published from now on."),
    )
    falls_days_before = forms.IntegerField(
        label=_("Falls to everyone, days before"), min_value=0, max_value=60, initial=1
    )

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = codes  # type: ignore[attr-defined]


def _count(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=3650, **more)


class PolicyForm(StyledForm):
    """An institution's booking rules; the names are the columns of BookingPolicy."""

    release_clock = forms.TimeField(label=_("Numbers are released at"), widget=TimeInput)
    next_day_cutoff = forms.TimeField(
        label=_("Booking for the next day ends at"),
        widget=TimeInput,
        required=False,
        help_text=_("Empty: at midnight."),
    )
    cancel_allowed = forms.BooleanField(label=_("Patients may cancel by themselves"), required=False)
    cancel_days_before = _count(_("Cancelling ends, days before"))
    cancel_clock = forms.TimeField(label=_("Cancelling ends at"), widget=TimeInput)
    pickup_am = forms.TimeField(label=_("Morning numbers are picked up by"), widget=TimeInput)
    pickup_pm = forms.TimeField(label=_("Afternoon numbers are picked up by"), widget=TimeInput)
    max_per_day = _count(_("Bookings a patient and day"), help_text=_("0: no limit."))
    max_per_department_day = _count(_("Bookings a patient, department and day"))
    max_per_doctor_day = _count(_("Bookings a patient, doctor and day"))
    max_active = _count(_("Open bookings a patient"))
    no_show_limit = _count(_("Missed appointments that suspend"), help_text=_("0: never."))
    no_show_days = _count(_("counted over days"))
    no_show_suspend_days = _count(_("suspended for days"))
    cancel_limit = _count(_("Cancellations that suspend"), help_text=_("0: never."))
    cancel_days = _count(_("counted over days"))
    cancel_suspend_days = _count(_("suspended for days"))
    hold_minutes = _count(_("Minutes that a number is held"))
    waitlist_minutes = _count(_("Minutes that an offer stands"))
    confirmation = forms.ChoiceField(
        label=pgettext_lazy("booking", "Who confirms"),
        choices=list(CONFIRMATIONS.items()),
    )
    confirm_minutes = _count(_("Minutes the hospital has"))
    marks_no_show = forms.BooleanField(label=_("The platform marks who did not come"), required=False)
