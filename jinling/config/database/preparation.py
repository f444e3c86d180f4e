"""A command finds the database ready: migrated, with the city pack in it."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext

from jinling.config.database import functions
from jinling.foundation.directory import public as directory
from jinling.kernel.outcomes import Refused
from jinling.web.command import say


class DatabaseNotPrepared(Refused):
    """A named server holds an older or foreign schema: that is an operator's decision."""

    code = "database_not_prepared"
    status = 503
    text = "The database named by DATABASE_URL is not at this version (missing: %(missing)s)."
    mend = "Make a backup, then run: jinling migrate"


def ensure_prepared(*, city: bool = True) -> None:
    """Migrate and load the city pack where that is safe to do unasked.

    The embedded database and a wholly empty one are prepared; a named server with an older schema
    is refused, because migrating it is its operator's decision.

    Args:
        city: whether the pack that JINLING_CITY names must be loaded, too, or the tables are enough.

    Raises:
        DatabaseNotPrepared: the named server misses migrations, or has other SQL functions.
        AnotherCityLoaded, AnotherClockLoaded: the database is not of the city that JINLING_CITY names.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    missing = len(plan) or len(functions.differing())
    if missing:
        if not settings.JINLING_EMBEDDED_DATABASE and executor.loader.applied_migrations:
            raise DatabaseNotPrepared(where="DATABASE_URL", missing=missing)
        say(gettext("Preparing the database …"))
        # One at a time: two commands started together must not both migrate.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(201805)")
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(201805)")
    if city:
        directory.ensure_own_city()
    if city and not directory.is_loaded():
        say(gettext("Loading the city pack …"))
        call_command("city", "load", prepare=False, stdout=_Silent())


class _Silent:
    """Swallows a nested command's data: only the asked command prints."""

    def write(self, *_: object) -> int:
        return 0

    def flush(self) -> None:
        return None

    def isatty(self) -> bool:
        return False
