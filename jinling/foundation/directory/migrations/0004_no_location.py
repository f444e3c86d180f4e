"""Places within institutions, which nobody ever entered, go until a context needs them."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_alias_keys'),
    ]

    operations = [
        migrations.DeleteModel(
            name='Location',
        ),
    ]
