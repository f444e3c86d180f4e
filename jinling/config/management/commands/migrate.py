from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from jinling.config.database import functions
from jinling.web.command import Command as BaseCommand


class Command(BaseCommand, Migrate):
    """Django's own, and the SQL functions as the files have them once every migration stands."""

    needs = "nothing"  # it makes what others need
    help = "Bring the database to this version: migrations, then the SQL functions."

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["check_unapplied"] or options["plan"]:
            return
        executor = MigrationExecutor(connections[options["database"]])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return  # on the way to some earlier or later state: functions belong to the whole
        for name in functions.apply():
            if options["verbosity"]:
                self.stdout.write(f"  SQL functions made anew: {name}")
