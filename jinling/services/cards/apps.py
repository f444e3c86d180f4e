from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "jinling.services.cards"
    label = "cards"
