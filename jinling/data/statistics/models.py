"""Tables of statistics: replays of printed figures, months as they were counted and as they were released."""

from django.db import models
from django.utils import timezone

from jinling.kernel.ids import new_id


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


class KeptMonth(models.Model):
    """A month as it was counted last: what strangers read, who never start a count."""

    period = models.CharField(max_length=7, unique=True)
    document = models.JSONField(help_text="the whole bulletin, in both languages")
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_kept_month"


class KeptSum(models.Model):
    """What an indicator counted in a month that is over, so that totals to date need not count it again.

    Every night it is counted anew, and what changed is told.
    """

    indicator = models.TextField()
    period = models.CharField(max_length=7)
    counts = models.JSONField(help_text="[[part of the key, ..., count], ...]")
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_kept_sum"
        constraints = [models.UniqueConstraint(fields=["indicator", "period"], name="statistics_kept_sum_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"


class Release(models.Model):
    """A month's figures as they were published, or are about to be: prepared by one person, approved by another.

    ``version`` 1 is the release, later ones are revisions. What was approved or declined never changes and is never
    deleted; the database refuses it.
    """

    class State(models.TextChoices):
        PREPARED = "prepared"
        APPROVED = "approved"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=new_id)
    period = models.CharField(max_length=7)
    version = models.PositiveIntegerField(help_text="1 is the release, later ones revise it")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREPARED)
    document = models.JSONField(help_text="the whole bulletin as printed, in both languages, with its definitions")
    directory = models.JSONField(help_text="everything of which figures are counted, as it was called and grouped")
    digest = models.CharField(max_length=64, help_text="SHA-256 of document and directory")
    cut_off = models.DateTimeField(help_text="when the figures were counted")
    reason = models.TextField(blank=True, help_text="why a revision was needed")
    changes = models.JSONField(default=list, help_text="cells that a revision changes")
    prepared_by = models.CharField(max_length=60)
    prepared_at = models.DateTimeField()
    judged_by = models.CharField(max_length=60, blank=True)
    judged_at = models.DateTimeField(null=True)
    judgement = models.TextField(blank=True, help_text="why it was declined")

    class Meta:
        db_table = "statistics_release"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "version"],
                condition=models.Q(state="approved"),
                name="statistics_release_version_once",
            ),
            models.UniqueConstraint(
                fields=["period"], condition=models.Q(state="prepared"), name="statistics_release_prepared_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="prepared", judged_by="", judged_at=None)
                | (~models.Q(state="prepared") & ~models.Q(judged_by="") & models.Q(judged_at__isnull=False)),
                name="statistics_release_judged",
            ),
            models.CheckConstraint(
                condition=~models.Q(judged_by=models.F("prepared_by")), name="statistics_release_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(version=1, reason="") | (models.Q(version__gt=1) & ~models.Q(reason="")),
                name="statistics_release_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.version}"
