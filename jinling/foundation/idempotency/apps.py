from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "jinling.foundation.idempotency"
    label = "idempotency"
