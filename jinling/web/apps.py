from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jinling.web"
    label = "web"
