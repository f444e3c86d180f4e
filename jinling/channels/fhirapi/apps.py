from django.apps import AppConfig


class FhirapiConfig(AppConfig):
    name = "jinling.channels.fhirapi"
    label = "fhirapi"
