"""A replay keeps what it replayed, so that tables which print the same events can be planned again together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statistics", "0002_present_from_the_use_case")]

    operations = [
        migrations.AddField(
            "replayrun",
            "figures",
            models.JSONField(default=dict, help_text="what is replayed, by table: with it others are planned again"),
        ),
        migrations.RemoveField("replayrun", "source"),
        migrations.AlterField(
            "replayrun",
            "digest",
            models.CharField(help_text="digest of the plan: these figures, scale and seed", max_length=64),
        ),
    ]
