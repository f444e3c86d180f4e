"""A workstation counts in the months in which it was heard. Of earlier ones only the first and the last sign of life are
known: they count in every month from that to this, as they did until now, so that no past figure moves.
"""

from datetime import date, datetime, time

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

FILL = """
INSERT INTO collection_deploymentmonth (deployment_id, month, batch)
SELECT d.id, m.month, d.batch FROM collection_deployment d
JOIN unnest(%s::date[], %s::timestamptz[], %s::timestamptz[]) AS m(month, start, after)
    ON d.first_seen_at < m.after AND d.last_seen_at >= m.start
"""


def to_months(apps, schema_editor):
    """One row for each month of the city between the first and the last sign of life, in one statement."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT min(first_seen_at), max(last_seen_at) FROM collection_deployment")
        first, last = cursor.fetchone()
        if first is None:
            return
        months = [timezone.localdate(first).replace(day=1)]
        while months[-1] <= timezone.localdate(last):
            months.append(_next(months[-1]))
        zone = timezone.get_default_timezone()
        starts = [datetime.combine(month, time.min, tzinfo=zone) for month in months]
        cursor.execute(FILL, [months[:-1], starts[:-1], starts[1:]])


def _next(month):
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


class Migration(migrations.Migration):

    dependencies = [
        ('collection', '0004_tables_beyond_the_list'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeploymentMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text="the first day of the city's month")),
                ('batch', models.TextField(blank=True, help_text='the replay that named it; empty where it was really heard')),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='months', to='collection.deployment')),
            ],
        ),
        # Before the table has its constraints: they are checked once, for all rows.
        migrations.RunPython(to_months, migrations.RunPython.noop, elidable=False),
        migrations.AddConstraint(
            model_name='deploymentmonth',
            constraint=models.UniqueConstraint(fields=('month', 'deployment', 'batch'), name='collection_deployment_month_once'),
        ),
    ]
