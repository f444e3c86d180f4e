"""Django calls this command after each test that commits."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

# Django's own empties every table, and with them the rows that migrations write. Audit entries refuse to be emptied;
# the replica role sets that guard aside.
RESTORE = """
SET lock_timeout = '20s';
SET session_replication_role = replica;
DO $$
DECLARE t text; filled boolean; dirty text := '';
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled;
        IF filled THEN
            dirty := dirty || format(', public.%I', t);
        END IF;
    END LOOP;
    IF dirty <> '' THEN
        EXECUTE 'TRUNCATE ' || substr(dirty, 3) || ' CASCADE';
    END IF;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'pristine' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM pristine.%I', t, t);
    END LOOP;
END $$;
SET session_replication_role = DEFAULT;
SET lock_timeout = DEFAULT;
"""


class Command(Flush):
    """Puts the test database back to what the migrations left."""

    help = "Empty the tables that a test filled and restore the rows that migrations wrote."

    def handle(self, **options: Any) -> None:
        """Restore the database that the option ``database`` names."""
        with connections[options["database"]].cursor() as cursor:
            cursor.execute(RESTORE)
