"""What a city pack last said of booking rules, so that what staff set outlives its next load."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0006_booked_at'),
    ]

    operations = [
        migrations.AddField(
            model_name='bookingpolicy',
            name='packed',
            field=models.JSONField(blank=True, editable=False, help_text='what the city pack last said of it', null=True),
        ),
    ]
