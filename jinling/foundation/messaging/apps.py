from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "jinling.foundation.messaging"
    label = "messaging"
