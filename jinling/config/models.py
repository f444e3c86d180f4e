"""What the database itself must know of the code that it serves."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class FunctionFile(models.Model):
    """A file of SQL functions as the database has it: ``name`` reads ``services.scheduling/take.sql``."""

    name = models.CharField(primary_key=True, max_length=120)
    digest = models.CharField(max_length=64)
    functions = models.JSONField(default=dict, help_text="functions that the file made, and the digest of each as made")
    applied_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "config_function_file"
