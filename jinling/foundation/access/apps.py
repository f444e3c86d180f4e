from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "jinling.foundation.access"
    label = "access"
