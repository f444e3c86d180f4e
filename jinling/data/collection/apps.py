"""The collection context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollectionConfig(AppConfig):
    """Data sets, submissions and deployments."""

    name = "jinling.data.collection"
    label = "collection"
    verbose_name = _("Data collection")
