"""A person's records as a function, for statements of other contexts that count by person."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mpi", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "records.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]
