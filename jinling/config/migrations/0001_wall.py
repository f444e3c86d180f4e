"""The tables with patients' rows stand behind the wall (see jinling/foundation/access/sql/wall.sql)."""

from django.db import migrations

TABLES = {
    "mpi_patient": "id",
    "mpi_identifier": "patient_id",
    "mpi_related_person": "patient_id",
    "cards_card": "patient_id",
    "scheduling_appointment": "patient_id",
    "scheduling_waitlistentry": "patient_id",
    "scheduling_offer": "patient_id",
    "scheduling_suspension": "patient_id",
    "scheduling_drawticket": "patient_id",
}


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
        ('mpi', '0001_initial'),
        ('cards', '0001_initial'),
        ('scheduling', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(f"SELECT access_wall('{table}', '{column}')", migrations.RunSQL.noop)
        for table, column in TABLES.items()
    ]
