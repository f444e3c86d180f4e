from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "jinling.services.scheduling"
    label = "scheduling"
