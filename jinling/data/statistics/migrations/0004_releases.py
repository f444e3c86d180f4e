"""Months as they were counted last and as they were released; what was released is final."""

from pathlib import Path

import jinling.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('statistics', '0003_replay_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=7, unique=True)),
                ('document', models.JSONField(help_text='the whole bulletin, in both languages')),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'statistics_kept_month',
            },
        ),
        migrations.CreateModel(
            name='KeptSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.TextField()),
                ('period', models.CharField(max_length=7)),
                ('counts', models.JSONField(help_text='[[part of the key, ..., count], ...]')),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'statistics_kept_sum',
                'constraints': [models.UniqueConstraint(fields=('indicator', 'period'), name='statistics_kept_sum_once')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.UUIDField(default=jinling.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('period', models.CharField(max_length=7)),
                ('version', models.PositiveIntegerField(help_text='1 is the release, later ones revise it')),
                ('state', models.CharField(choices=[('prepared', 'Prepared'), ('approved', 'Approved'), ('declined', 'Declined')], default='prepared', max_length=8)),
                ('document', models.JSONField(help_text='the whole bulletin as printed, in both languages, with its definitions')),
                ('directory', models.JSONField(help_text='everything of which figures are counted, as it was called and grouped')),
                ('digest', models.CharField(help_text='SHA-256 of document and directory', max_length=64)),
                ('cut_off', models.DateTimeField(help_text='when the figures were counted')),
                ('reason', models.TextField(blank=True, help_text='why a revision was needed')),
                ('changes', models.JSONField(default=list, help_text='cells that a revision changes')),
                ('prepared_by', models.CharField(max_length=60)),
                ('prepared_at', models.DateTimeField()),
                ('judged_by', models.CharField(blank=True, max_length=60)),
                ('judged_at', models.DateTimeField(null=True)),
                ('judgement', models.TextField(blank=True, help_text='why it was declined')),
            ],
            options={
                'db_table': 'statistics_release',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('period', 'version'), name='statistics_release_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'prepared')), fields=('period',), name='statistics_release_prepared_once'), models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judged_by', ''), ('state', 'prepared')), models.Q(models.Q(('state', 'prepared'), _negated=True), models.Q(('judged_by', ''), _negated=True), ('judged_at__isnull', False)), _connector='OR'), name='statistics_release_judged'), models.CheckConstraint(condition=models.Q(('judged_by', models.F('prepared_by')), _negated=True), name='statistics_release_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('version', 1)), models.Q(('version__gt', 1), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='statistics_release_reasoned')],
            },
        ),
        migrations.RunSQL(
            (Path(__file__).parent.parent / "sql" / "release.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]
