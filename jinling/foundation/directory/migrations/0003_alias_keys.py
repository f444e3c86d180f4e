"""Names are compared by keys computed when they are asked for; the stored ones, which nobody reads any more, go."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_in_time'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='organizationalias',
            name='loose',
        ),
        migrations.RemoveField(
            model_name='organizationalias',
            name='variant',
        ),
    ]
