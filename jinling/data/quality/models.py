"""Statistical returns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from jinling.data.quality import rules
from jinling.foundation.directory.public import District, Organization


class StatisticalReturn(models.Model):
    """What an institution, or a district as a whole, reported to the statistics office for a month.

    A later import of the same month replaces the value.
    """

    class Measure(models.TextChoices):
        """outpatient: visits to outpatient and emergency departments. discharge: patients discharged."""

        OUTPATIENT = rules.Measure.OUTPATIENT.value, _("outpatient and emergency visits")
        DISCHARGE = rules.Measure.DISCHARGE.value, _("discharges")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=7, help_text="YYYY-MM")
    measure = models.TextField(choices=Measure.choices)
    value = models.BigIntegerField()
    comparable = models.BooleanField(null=True, help_text="whether a rate was printed of it; empty: by how large it is")
    source = models.TextField(help_text="name of the imported file, or a replay's digest")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quality_return_of_one",
                condition=models.Q(organization=None, district__isnull=False)
                | models.Q(organization__isnull=False, district=None),
            ),
            models.CheckConstraint(name="quality_return_not_negative", condition=models.Q(value__gte=0)),
            models.UniqueConstraint(
                fields=["organization", "period", "measure"],
                name="quality_return_organization_once",
                condition=models.Q(district=None),
            ),
            models.UniqueConstraint(
                fields=["district", "period", "measure"],
                name="quality_return_district_once",
                condition=models.Q(organization=None),
            ),
        ]
