"""The quality context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    """Counters, returns and rates."""

    name = "jinling.data.quality"
    label = "quality"
    verbose_name = _("Data quality")
