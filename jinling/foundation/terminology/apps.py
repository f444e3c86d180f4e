from django.apps import AppConfig


class TerminologyConfig(AppConfig):
    name = "jinling.foundation.terminology"
    label = "terminology"
