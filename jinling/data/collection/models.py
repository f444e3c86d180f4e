"""Submissions, the manifest of stored parts, rejections, declarations and deployments. No table holds a cell."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from jinling.data.collection import rules
from jinling.foundation.directory.public import Organization


class State(models.TextChoices):
    """Where a submission stands; the first three may be tried again after a crash, the last two are final."""

    RECEIVED = "received", _("received")
    PARSED = "parsed", _("parsed")
    CHECKED = "checked", _("checked")
    STORED = "stored", _("stored")
    REFUSED = "refused", _("refused")


class Channel(models.TextChoices):
    """How a file came."""

    PAGE = rules.Channel.PAGE.value, _("page")
    API = rules.Channel.API.value, _("API")
    FOLDER = rules.Channel.FOLDER.value, _("folder")
    COMMAND = rules.Channel.COMMAND.value, _("command")
    DATABASE = rules.Channel.DATABASE.value, _("opened database")
    REPLAY = rules.Channel.REPLAY.value, _("replay")
    CARRIED = rules.Channel.CARRIED.value, _("carried over")


class Submission(models.Model):
    """One received file: who sent it, what it is, and what became of its rows.

    ``rows_accepted`` counts rows that were stored, new ones and corrections; ``rows_received`` is accepted plus
    rejected plus duplicates (in the file or already stored).
    """

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    data_set = models.TextField()
    file_name = models.TextField(blank=True)
    kind = models.TextField(blank=True, help_text="csv, xlsx, jsonl, parquet; empty before the file was parsed")
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.TextField()
    channel = models.TextField(choices=Channel.choices)
    state = models.TextField(choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField()
    received_on = models.DateField(help_text="the city's day of receipt, which dates are judged against")
    received_by = models.TextField(help_text="an account's or client's opaque id")
    finished_at = models.DateTimeField(null=True)
    rows_read = models.BigIntegerField(
        default=0, help_text="rows that the parsed file holds, for showing how far it is"
    )
    rows_checked = models.BigIntegerField(default=0, help_text="of those, how many the checks have passed over")
    rows_received = models.BigIntegerField(default=0)
    rows_accepted = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0, help_text="in the file or stored already, cell by cell the same")
    corrections = models.BigIntegerField(default=0, help_text="accepted rows that replaced an earlier one")
    refusal = models.JSONField(null=True, help_text="code and fields of the refusal; never a cell")
    batch = models.TextField(blank=True, help_text="a replay's digest")

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                name="collection_submission_once",
                fields=["organization", "data_set", "sha256"],
                condition=~models.Q(state="refused"),
            ),
            models.CheckConstraint(
                name="collection_submission_adds_up",
                condition=~models.Q(state="stored")
                | models.Q(
                    rows_received=models.F("rows_accepted") + models.F("rows_rejected") + models.F("duplicates")
                ),
            ),
        ]
        indexes = [models.Index(fields=["organization", "data_set", "received_on"])]


class RejectionCount(models.Model):
    """How many rows of a submission broke one rule on one column."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rejection_counts")
    rule = models.TextField()
    column = models.TextField(blank=True)
    rows = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "rule", "column"], name="collection_rule_once")]


class Rejection(models.Model):
    """The rejected rows of a submission as a piece of work: who owns it, since when, how many are still open."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="rejection")
    owner = models.TextField(help_text="whose work it is: who sent the file, until someone else takes it")
    rows = models.BigIntegerField()
    open_rows = models.BigIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="collection_rejection_open_rows",
                condition=models.Q(open_rows__gte=0, open_rows__lte=models.F("rows")),
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether the rows wait for repair: they can be taken over or closed."""
        return self.closed_at is None


class Part(models.Model):
    """One Parquet file of the lake. It is current from ``added_by`` until ``removed_by`` (null: to this day)."""

    path = models.TextField(unique=True, help_text="below the lake's root")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    data_set = models.TextField()
    period = models.TextField(help_text="YYYY-MM of the event date")
    rows = models.BigIntegerField()
    size = models.BigIntegerField(help_text="bytes")
    added_by = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="parts")
    removed_by = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="parts_removed")

    class Meta:
        indexes = [
            models.Index(
                fields=["data_set", "organization", "period"],
                name="collection_part_current",
                condition=models.Q(removed_by=None),
                include=["rows"],
            ),
            models.Index(
                fields=["period"], name="collection_part_period", condition=models.Q(removed_by=None), include=["rows"]
            ),
        ]


class PartDay(models.Model):
    """Rows of a part by event day, for the calendar of days."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    rows = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "day"], name="collection_part_day_once")]


class Participation(models.Model):
    """How an institution takes part from a day on: which list it owes, and whether it declared, was silent or opened
    its database. It holds until the next one of the institution begins, so that any month can be told again.
    """

    class Way(models.TextChoices):
        """declared: a list was sent. not_reported: no answer. database_opened: the centre reads the database."""

        DECLARED = rules.Way.DECLARED.value, _("declared")
        NOT_REPORTED = rules.Way.NOT_REPORTED.value, _("not reported")
        DATABASE_OPENED = rules.Way.DATABASE_OPENED.value, _("opened database")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(help_text="the city's day from which it holds")
    required_of = models.TextField(choices=[("hospital", _("hospital")), ("district", _("district"))])
    way = models.TextField(choices=Way.choices, default=Way.NOT_REPORTED)
    unlisted = models.PositiveBigIntegerField(default=0, help_text="tables that it declares and no list names")
    batch = models.TextField(blank=True, help_text="the replay that set it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "from_on", "batch"], name="collection_participation_once")
        ]


class Declaration(models.Model):
    """A data set that an institution says it will send, for as long as it takes part so."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="declarations")
    data_set = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "data_set"], name="collection_declaration_once")
        ]


class Deployment(models.Model):
    """A record browser or hint plug-in at one workstation, known by its heartbeat.

    Once it was really heard, its instants and its empty ``batch`` are of that alone, whatever replays name it too.
    """

    class Kind(models.TextChoices):
        """browser: shows health records. hint: shows cards beside the doctor's work."""

        BROWSER = "browser", _("record browser")
        HINT = "hint", _("hint plug-in")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    workstation = models.TextField(help_text="the workstation's own name, without a person's")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    batch = models.TextField(blank=True, help_text="a replay's digest")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "workstation"], name="collection_deployment_once")
        ]


class DeploymentMonth(models.Model):
    """A month in which a workstation was heard of: really, or by a replay. Both may be, each is taken back alone."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="the first day of the city's month")
    batch = models.TextField(blank=True, help_text="the replay that named it; empty where it was really heard")

    class Meta:
        constraints = [
            # The month stands first: a month is counted from this index alone.
            models.UniqueConstraint(fields=["month", "deployment", "batch"], name="collection_deployment_month_once")
        ]


class OpenedDatabase(models.Model):
    """A table of an institution's database that the centre reads: where, which columns, and how far it has come.

    The address with its password is not kept here but under ``secret``, the name of an environment variable.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    data_set = models.TextField()
    secret = models.TextField(help_text="name of the environment variable that holds the database's address")
    table = models.TextField()
    columns = models.JSONField(help_text="the table's column for each column of the data set")
    watermark_column = models.TextField()
    watermark = models.TextField(blank=True, help_text="how far it was read, kind and value")
    active = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text="code of the last refusal; empty after a good reading")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "data_set"], name="collection_opened_database_once")
        ]
