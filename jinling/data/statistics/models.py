"""Tables of statistics: replays of printed figures and how far each has come."""

from django.db import models
from django.utils import timezone


class ReplayRun(models.Model):
    """One replay of a month's figures by one replayer. At most one stands for a replayer and month."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    replayer = models.TextField(help_text="the context that replays, and its replayer's name")
    period = models.CharField(max_length=7)
    tables = models.JSONField(help_text="names of the tables replayed")
    figures = models.JSONField(default=dict, help_text="what is replayed, by table: with it others are planned again")
    digest = models.CharField(max_length=64, help_text="digest of the plan: these figures, scale and seed")
    file_name = models.TextField()
    scale = models.FloatField()
    seed = models.BigIntegerField()
    chunks = models.PositiveIntegerField()
    planned_events = models.BigIntegerField()
    differences = models.JSONField(default=list, help_text="what cannot hold together in the file, as checks")
    state = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "statistics_replay_run"
        constraints = [
            models.UniqueConstraint(
                fields=["replayer", "period"],
                name="statistics_replay_stands_once",
                condition=~models.Q(state="withdrawn"),
            ),
            models.CheckConstraint(condition=models.Q(scale__gt=0), name="statistics_replay_scale_positive"),
        ]


class ReplayProgress(models.Model):
    """A chunk of a replay that is done; written in the transaction of the chunk's events."""

    run = models.ForeignKey(ReplayRun, on_delete=models.CASCADE, related_name="progress")
    number = models.PositiveIntegerField()
    events = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "statistics_replay_progress"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="statistics_replay_chunk_once")]
