from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "jinling.channels.portal"
    label = "portal"
