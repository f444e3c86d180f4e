"""Institutions and districts get versions: what holds of each from a day on, and when that was recorded.

What stands today is all that is known of earlier days: one version from the first day that a period can name. What
stands was written by the last load of the city pack, for nothing else wrote names: so it is what the pack last said.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

EARLIEST = date(1900, 1, 1)
SQL = Path(__file__).parent.parent / "sql"


def to_versions(apps, schema_editor):
    """One open version of everything, known since the pack was loaded; and what the pack is taken to have said."""
    City, District, Organization, DistrictVersion, OrganizationVersion = (
        apps.get_model("directory", name)
        for name in ("City", "District", "Organization", "DistrictVersion", "OrganizationVersion")
    )
    city = City.objects.first()
    if city is None and not Organization.objects.exists() and not District.objects.exists():
        return
    # Without a city nobody wrote down when; the day of the code's own beginning lies before every question.
    recorded_at = city.loaded_at if city else datetime(2026, 11, 1, tzinfo=UTC)
    kept = {"from_on": EARLIEST, "recorded_at": recorded_at, "source": "pack", "reason": ""}
    called = ("name", "name_en", "short_name")
    for row in District.objects.all():
        facts = {field: getattr(row, field) for field in called}
        DistrictVersion.objects.create(district=row, **facts, **kept)
        row.packed = [{"from": str(EARLIEST), **facts}]
        row.save(update_fields=["packed"])
    districts = dict(District.objects.values_list("pk", "code"))
    codes = dict(Organization.objects.values_list("pk", "code"))
    plain = ("name", "name_en", "kind", "ownership", "level", "active")
    for row in Organization.objects.all():
        facts = {field: getattr(row, field) for field in plain}
        OrganizationVersion.objects.create(
            organization=row, district_id=row.district_id, part_of_id=row.part_of_id, **facts, **kept
        )
        places = {"district": districts.get(row.district_id), "part_of": codes.get(row.part_of_id)}
        row.packed = [{"from": str(EARLIEST), **facts, **places}]
        row.save(update_fields=["packed"])


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='district',
            name='packed',
            field=models.JSONField(help_text='what the city pack last said of it, in time', null=True),
        ),
        migrations.AddField(
            model_name='organization',
            name='packed',
            field=models.JSONField(help_text='what the city pack last said of it, in time', null=True),
        ),
        migrations.CreateModel(
            name='DistrictVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(help_text='exclusive; empty: until further notice', null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(help_text='empty: believed now', null=True)),
                ('source', models.TextField(help_text='pack or staff')),
                ('by', models.CharField(blank=True, max_length=60)),
                ('reason', models.TextField(blank=True)),
                ('name', models.TextField()),
                ('name_en', models.TextField()),
                ('short_name', models.TextField(blank=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='directory.district')),
            ],
            options={
                'ordering': ['district', 'from_on', 'recorded_at'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('superseded_at', None)), expressions=[(models.Func(models.F('district'), models.F('district'), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.F('from_on'), models.F('until_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='directory_district_once_a_day'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gt', models.F('from_on')), _connector='OR'), name='directory_district_version_span'), models.CheckConstraint(condition=models.Q(('superseded_at', None), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='directory_district_version_known')],
            },
        ),
        migrations.CreateModel(
            name='OrganizationVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(help_text='exclusive; empty: until further notice', null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(help_text='empty: believed now', null=True)),
                ('source', models.TextField(help_text='pack or staff')),
                ('by', models.CharField(blank=True, max_length=60)),
                ('reason', models.TextField(blank=True)),
                ('name', models.TextField()),
                ('name_en', models.TextField()),
                ('kind', models.TextField(choices=[('hospital', 'Hospital'), ('branch', 'Branch'), ('community_health_centre', 'Community health centre'), ('maternal_child_institute', 'Maternal and child health institute'), ('disease_prevention', 'Disease prevention institute'), ('authority', 'Health authority'), ('other', 'Other institution')])),
                ('ownership', models.TextField(choices=[('municipal', 'Municipal'), ('provincial', 'Provincial'), ('district', 'District-run'), ('military', 'Military'), ('other', 'Other owners')])),
                ('level', models.TextField(blank=True, choices=[('tertiary', 'Tertiary'), ('secondary', 'Secondary'), ('primary', 'Primary')])),
                ('active', models.BooleanField(help_text='open')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.district')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='directory.organization')),
                ('part_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organization')),
            ],
            options={
                'ordering': ['organization', 'from_on', 'recorded_at'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('superseded_at', None)), expressions=[(models.Func(models.F('organization'), models.F('organization'), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.F('from_on'), models.F('until_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='directory_organization_once_a_day'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gt', models.F('from_on')), _connector='OR'), name='directory_organization_version_span'), models.CheckConstraint(condition=models.Q(('superseded_at', None), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='directory_organization_version_known')],
            },
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField(choices=[('merged', 'merged'), ('split', 'split'), ('succeeded', 'succeeded')])),
                ('from_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(help_text='empty: believed now', null=True)),
                ('source', models.TextField(help_text='pack or staff')),
                ('by', models.CharField(blank=True, max_length=60)),
                ('reason', models.TextField(blank=True)),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='directory.organization')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='directory.organization')),
            ],
            options={
                'ordering': ['from_on', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('predecessor', 'successor'), name='directory_succession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='directory_succession_not_its_own')],
            },
        ),
        migrations.RunPython(to_versions, migrations.RunPython.noop, elidable=False),
        # What was written above is checked now: a table with checks that wait cannot be changed.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "time.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
