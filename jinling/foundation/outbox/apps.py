from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "jinling.foundation.outbox"
    label = "outbox"
