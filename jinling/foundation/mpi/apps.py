from django.apps import AppConfig


class MpiConfig(AppConfig):
    name = "jinling.foundation.mpi"
    label = "mpi"
