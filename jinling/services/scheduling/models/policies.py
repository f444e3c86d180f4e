"""Channels, and the release policy as data."""

from __future__ import annotations

from datetime import time

from django.db import models

from jinling.services.scheduling.rules.kinds import Audience, Confirmation

ORGANIZATION = "directory.Organization"


def of_organization(organization: int | None) -> models.Q:
    """The rows of an organisation, or (None) of the city's default."""
    return models.Q(organization__isnull=True) if organization is None else models.Q(organization_id=organization)


class ChannelKind(models.Model):
    """A group of routes that the bulletin counts as one column: online, phone, in the clinic, third party."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class Route(models.Model):
    """One way in under which bookings count: an app, a site, a partner, a desk. ``in_route_table``: printed in the
    table of routes."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    kind = models.ForeignKey(ChannelKind, on_delete=models.PROTECT, related_name="routes")
    audience = models.CharField(max_length=20, default=Audience.PUBLIC)
    in_route_table = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]


class BookingPolicy(models.Model):
    """An organisation's booking rules; the row without an organisation is the city's default."""

    organization = models.OneToOneField(ORGANIZATION, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    release_clock = models.TimeField(default=time(0, 0))
    next_day_cutoff = models.TimeField(null=True, blank=True, default=time(12, 0))
    cancel_allowed = models.BooleanField(default=True)
    cancel_days_before = models.PositiveSmallIntegerField(default=1)
    cancel_clock = models.TimeField(default=time(12, 0))
    pickup_am = models.TimeField(default=time(9, 30))
    pickup_pm = models.TimeField(default=time(14, 30))
    max_per_day = models.PositiveSmallIntegerField(default=3)
    max_per_department_day = models.PositiveSmallIntegerField(default=1)
    max_per_doctor_day = models.PositiveSmallIntegerField(default=1)
    max_active = models.PositiveSmallIntegerField(default=6)
    no_show_limit = models.PositiveSmallIntegerField(default=3)
    no_show_days = models.PositiveSmallIntegerField(default=180)
    no_show_suspend_days = models.PositiveSmallIntegerField(default=180)
    cancel_limit = models.PositiveSmallIntegerField(default=0)
    cancel_days = models.PositiveSmallIntegerField(default=30)
    cancel_suspend_days = models.PositiveSmallIntegerField(default=30)
    hold_minutes = models.PositiveSmallIntegerField(default=15)
    waitlist_minutes = models.PositiveSmallIntegerField(default=120)
    confirmation = models.CharField(max_length=10, default=Confirmation.PLATFORM, help_text="platform or hospital")
    confirm_minutes = models.PositiveSmallIntegerField(default=30)
    marks_no_show = models.BooleanField(default=False, help_text="the platform marks who did not come")
    in_release_table = models.BooleanField(
        default=False, help_text="printed in the bulletin's table of release windows, where no listing says otherwise"
    )
    in_hospital_table = models.BooleanField(default=True, help_text="printed in the table of bookings by hospital")
    packed = models.JSONField(null=True, blank=True, editable=False, help_text="what the city pack last said of it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(organization__isnull=True), name="scheduling_policy_one_default"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmation__in=list(Confirmation)), name="scheduling_policy_confirmation"
            ),
        ]


class ReleaseWindow(models.Model):
    """Days before a session on which an audience may book; empty days: not open. Without an
    organisation: the city's default, for institutions that have no row of their own.

    A change ends the old row (``valid_to``) and adds a new one, so that any month can be told again.
    """

    organization = models.ForeignKey(ORGANIZATION, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(max_length=20)
    channel_kind = models.CharField(max_length=40, blank=True)
    first_day = models.PositiveSmallIntegerField(null=True, blank=True)
    last_day = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    batch = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__isnull=True, last_day__isnull=True)
                | models.Q(first_day__lte=models.F("last_day")),
                name="scheduling_window_order",
            ),
            models.UniqueConstraint(
                fields=["organization", "audience", "channel_kind"],
                nulls_distinct=False,
                condition=models.Q(valid_to__isnull=True),
                name="scheduling_window_current",
            ),
        ]


class ReleaseListing(models.Model):
    """Whether an institution stands in the bulletin's table of release windows, from a day until its next listing."""

    organization = models.ForeignKey(ORGANIZATION, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField()
    listed = models.BooleanField()
    batch = models.CharField(max_length=80, help_text="the replay that set it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "valid_from"], name="scheduling_release_listing_once")
        ]


class PoolShare(models.Model):
    """The share of a session's numbers that is kept for an audience or a channel kind (``code``).

    The rest that it has not used falls to everyone at the end of the audience's window, or, for a
    channel kind, ``falls_days_before`` days ahead at the release clock. Without an organisation: the city's default.
    """

    organization = models.ForeignKey(ORGANIZATION, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    percent = models.PositiveSmallIntegerField()
    falls_days_before = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="scheduling_share_percent"),
            models.UniqueConstraint(
                fields=["organization", "code"], nulls_distinct=False, name="scheduling_share_once"
            ),
        ]
