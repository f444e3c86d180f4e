"""Tables of the directory. Nothing is deleted: what ends becomes inactive."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from jinling.foundation.directory.rules import Passage


class City(models.Model):
    """The city whose pack is loaded; one row."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    time_zone = models.TextField()
    hotline = models.TextField(blank=True)
    naming = models.JSONField(help_text="how names may differ: the pack's naming section")
    digest = models.TextField(help_text="SHA-256 of the pack's files")
    sections = models.JSONField(default=dict, help_text="{section: entries} of every loader; 0 where the pack has none")
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A district of the city. ``local`` ones carry a code that no standard knows."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    short_name = models.TextField(blank=True)
    local = models.BooleanField(default=False)
    formerly = models.JSONField(default=list, help_text="retired districts within it: [{code, name}]")
    position = models.PositiveIntegerField(default=0, help_text="print order")
    packed = models.JSONField(null=True, help_text="what the city pack last said of it, in time")

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """What an institution is."""

    HOSPITAL = "hospital", _("Hospital")
    BRANCH = "branch", _("Branch")
    COMMUNITY_HEALTH_CENTRE = "community_health_centre", _("Community health centre")
    MATERNAL_CHILD_INSTITUTE = "maternal_child_institute", _("Maternal and child health institute")
    DISEASE_PREVENTION = "disease_prevention", _("Disease prevention institute")
    AUTHORITY = "authority", _("Health authority")
    OTHER = "other", _("Other institution")


class Ownership(models.TextChoices):
    """Whose an institution is."""

    MUNICIPAL = "municipal", _("Municipal")
    PROVINCIAL = "provincial", _("Provincial")
    DISTRICT = "district", _("District-run")
    MILITARY = "military", _("Military")
    OTHER = "other", _("Other owners")


class Level(models.TextChoices):
    """The grade of an institution."""

    TERTIARY = "tertiary", _("Tertiary")
    SECONDARY = "secondary", _("Secondary")
    PRIMARY = "primary", _("Primary")


class Organization(models.Model):
    """An institution, once, under its canonical name; that no other one has the name is kept by the aliases' keys.

    Its code is never used again. What changes in time is kept by its versions; the columns of the same names are what
    holds today, written from them.
    """

    code = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    ownership = models.TextField(choices=Ownership.choices)
    level = models.TextField(choices=Level.choices, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="branches")
    address = models.TextField(blank=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    crs = models.TextField(blank=True, help_text="gcj02 or wgs84: what lng and lat are measured in")
    position = models.PositiveIntegerField(default=0, help_text="print order where figures tie")
    active = models.BooleanField(default=True)
    pinyin = models.TextField(help_text="syllables of the name, to sort by")
    search = models.TextField(help_text="name keys, readings and initials, to search in")
    packed = models.JSONField(null=True, help_text="what the city pack last said of it, in time")

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="directory_organization_place",
                condition=(
                    models.Q(lng__isnull=True, lat__isnull=True, crs="")
                    | models.Q(lng__isnull=False, lat__isnull=False) & ~models.Q(crs="")
                ),
            ),
            models.CheckConstraint(
                name="directory_organization_not_its_own_part", condition=~models.Q(part_of=models.F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class _Version(models.Model):
    """What is believed of something from a day until another one, which is no longer in it.

    A belief that is given up is marked as superseded; triggers refuse every other change, and removal. ``as known at``
    an instant: those recorded up to then, and not superseded by then.
    """

    from_on = models.DateField()
    until_on = models.DateField(null=True, help_text="exclusive; empty: until further notice")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, help_text="empty: believed now")
    source = models.TextField(help_text="pack or staff")
    by = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True


def _in_time(owner: str) -> list[models.BaseConstraint]:
    """Of one owner nothing that is believed now overlaps, and every span has a day."""
    one = Func(F(owner), F(owner), Value("[]"), function="int8range", output_field=BigIntegerRangeField())
    days = Func(F("from_on"), F("until_on"), function="daterange", output_field=DateRangeField())
    return [
        ExclusionConstraint(
            name=f"directory_{owner}_once_a_day",
            expressions=[(one, RangeOperators.OVERLAPS), (days, RangeOperators.OVERLAPS)],
            condition=models.Q(superseded_at=None),
        ),
        models.CheckConstraint(
            name=f"directory_{owner}_version_span",
            condition=models.Q(until_on=None) | models.Q(until_on__gt=F("from_on")),
        ),
        models.CheckConstraint(
            name=f"directory_{owner}_version_known",
            condition=models.Q(superseded_at=None) | models.Q(superseded_at__gte=F("recorded_at")),
        ),
    ]


class OrganizationVersion(_Version):
    """What is believed of an institution over a span of days. Together they hold something on every day since 1900."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="versions")
    name = models.TextField()
    name_en = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    ownership = models.TextField(choices=Ownership.choices)
    level = models.TextField(choices=Level.choices, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    part_of = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(help_text="open")

    class Meta:
        ordering = ["organization", "from_on", "recorded_at"]
        constraints = _in_time("organization")


class DistrictVersion(_Version):
    """What a district is called over a span of days."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="versions")
    name = models.TextField()
    name_en = models.TextField()
    short_name = models.TextField(blank=True)

    class Meta:
        ordering = ["district", "from_on", "recorded_at"]
        constraints = _in_time("district")


class Succession(models.Model):
    """That an institution took over from another one on a day. Triggers refuse change and removal."""

    predecessor = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="predecessors")
    kind = models.TextField(choices=[(one.value, one.value) for one in Passage])
    from_on = models.DateField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, help_text="empty: believed now")
    source = models.TextField(help_text="pack or staff")
    by = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="directory_succession_once",
                condition=models.Q(superseded_at=None),
            ),
            models.CheckConstraint(
                name="directory_succession_not_its_own", condition=~models.Q(predecessor=F("successor"))
            ),
        ]


class OrganizationAlias(models.Model):
    """One way of writing an institution's name; its key belongs to one institution only."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="aliases")
    name = models.TextField()
    key = models.TextField(unique=True, help_text="the name without width, case, spaces and punctuation")
    source = models.TextField(help_text="name, name_en, pack or staff")

    def __str__(self) -> str:
        return self.name


class Practitioner(models.Model):
    """A doctor, nurse or other worker of an institution."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="practitioners")
    code = models.TextField(help_text="the number by which the institution knows the person")
    name = models.TextField()
    title = models.TextField(blank=True, help_text="professional title, as the institution writes it")
    pinyin = models.TextField()
    search = models.TextField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pinyin", "code"]
        constraints = [models.UniqueConstraint(fields=["organization", "code"], name="directory_practitioner_once")]

    def __str__(self) -> str:
        return self.name
