"""Numbers are taken by person: limits and suspensions count over all records that were merged."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial"), ("mpi", "0002_records")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "take.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]
