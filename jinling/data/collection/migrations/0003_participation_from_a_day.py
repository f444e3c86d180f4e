"""How an institution takes part becomes dated: each change of what it declared is a participation of its own.

Health records that a replay delivered on the day before its month are carried over on the month's first day instead.
"""

from datetime import date, timedelta
from itertools import pairwise

import django.db.models.deletion
from django.db import migrations, models

# Before the first declaration nobody wrote down since when an institution took part.
ALWAYS = "1949-10-01"


def to_participations(apps, schema_editor):
    """One participation for each day on which something was declared or ended, with what was declared then."""
    Participation = apps.get_model("collection", "Participation")
    Declaration = apps.get_model("collection", "Declaration")
    Submission = apps.get_model("collection", "Submission")

    replayed = set(Submission.objects.exclude(batch="").values_list("batch", flat=True).distinct())

    def replay_of(day):
        """The replay that set what holds from a month's first day: one of that month brought rows."""
        batch = f"replay:{str(day)[:7]}"
        return batch if str(day).endswith("-01") and batch in replayed else ""

    old = {}
    for row in Declaration.objects.filter(participation=None).values("organization_id", "data_set", "from_on", "until_on"):
        old.setdefault(row["organization_id"], []).append(row)
    standing = {row.organization_id: row for row in Participation.objects.all()}
    for organization in sorted({*old, *standing}):
        declared, first = old.get(organization, []), standing.get(organization)
        if first is None:
            district = all(row["data_set"].startswith("D_") for row in declared)
            first = Participation(organization_id=organization, required_of="district" if district else "hospital")
            first.way = "declared"
        days = {row["from_on"] for row in declared}
        days |= {row["until_on"] for row in declared if row["until_on"] is not None}
        for number, day in enumerate(sorted(days) or [ALWAYS]):
            row = first if number == 0 else Participation(
                organization_id=organization, required_of=first.required_of, way=first.way
            )
            row.from_on, row.batch = day, replay_of(day)
            row.save()
            Declaration.objects.bulk_create(
                Declaration(
                    participation=row, data_set=code, organization_id=organization, from_on=day, until_on=day
                )
                for code in sorted(
                    {
                        one["data_set"]
                        for one in declared
                        if one["from_on"] <= day and (one["until_on"] is None or one["until_on"] > day)
                    }
                )
            )
    Declaration.objects.filter(participation=None).delete()


def to_carried(apps, schema_editor):
    """What replays delivered on the eve of their month was held, not received; each holds until the next month's."""
    Submission = apps.get_model("collection", "Submission")
    Part = apps.get_model("collection", "Part")
    chains = {}
    for one in Submission.objects.filter(channel="replay", batch__regex=r"^replay:\d{4}-\d{2}$"):
        first = date.fromisoformat(f"{one.batch.removeprefix('replay:')}-01")
        if one.received_on == first - timedelta(days=1):
            one.channel, one.received_on = "carried", first
            one.save(update_fields=["channel", "received_on"])
            chains.setdefault((one.organization_id, one.data_set), []).append((first, one.pk))
    for chain in chains.values():
        chain.sort()
        for (_first, pk), (_next, after) in pairwise(chain):
            Part.objects.filter(added_by_id=pk, removed_by=None).update(removed_by_id=after)


class Migration(migrations.Migration):

    dependencies = [
        ('collection', '0002_progress'),
    ]

    operations = [
        migrations.AlterField(
            model_name='participation',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.organization'),
        ),
        migrations.AddField(
            model_name='participation',
            name='from_on',
            field=models.DateField(default=ALWAYS, help_text="the city's day from which it holds"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='participation',
            name='batch',
            field=models.TextField(blank=True, default='', help_text='the replay that set it'),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(
            model_name='declaration',
            name='collection_declaration_open_once',
        ),
        migrations.AddField(
            model_name='declaration',
            name='participation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='declarations', to='collection.participation'),
        ),
        migrations.RunPython(to_participations, elidable=False),
        migrations.RunPython(to_carried, elidable=False),
        # What was written above is checked now: a table with checks that wait cannot be changed.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField(model_name='declaration', name='organization'),
        migrations.RemoveField(model_name='declaration', name='from_on'),
        migrations.RemoveField(model_name='declaration', name='until_on'),
        migrations.AlterField(
            model_name='declaration',
            name='participation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declarations', to='collection.participation'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(fields=('participation', 'data_set'), name='collection_declaration_once'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.UniqueConstraint(fields=('organization', 'from_on', 'batch'), name='collection_participation_once'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='channel',
            field=models.TextField(choices=[('page', 'page'), ('api', 'API'), ('folder', 'folder'), ('command', 'command'), ('database', 'opened database'), ('replay', 'replay'), ('carried', 'carried over')]),
        ),
    ]
