"""The registry channel."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Institutions in time, for the centre's staff."""

    name = "jinling.channels.registry"
    label = "registry"
