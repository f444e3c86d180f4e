from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "jinling.config"
    label = "config"
