from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "jinling.foundation.audit"
    label = "audit"
