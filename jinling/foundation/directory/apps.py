from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "jinling.foundation.directory"
    label = "directory"
