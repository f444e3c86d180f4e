from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "jinling.data.statistics"
    label = "statistics"
