"""Beside each function stands the digest of its body. None is known of those that stand: they are made anew."""

from django.db import migrations, models

KEPT = """
UPDATE config_function_file SET functions =
    coalesce((SELECT jsonb_object_agg(name, '') FROM jsonb_array_elements_text(functions) AS made(name)), '{}')
"""
BACK = """
UPDATE config_function_file SET functions =
    coalesce((SELECT jsonb_agg(name) FROM jsonb_object_keys(functions) AS made(name)), '[]')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0002_present_from_the_use_case'),
    ]

    operations = [
        migrations.RunSQL(KEPT, BACK),
        migrations.AlterField(
            model_name='functionfile',
            name='functions',
            field=models.JSONField(default=dict, help_text='functions that the file made, and the digest of each as made'),
        ),
    ]
