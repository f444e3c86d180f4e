"""Tables of access: accounts and roles, API clients and keys, codes, consents, emergencies, changes, checks, frames."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinling.foundation.access.rules.decisions import ConsentDecision
from jinling.kernel.ids import new_id


class AccountQuerySet(BaseUserManager["Account"]):
    """Accounts by their sign-in name. Accounts are made by the verbs of this context, not here."""


class Account(AbstractBaseUser):
    """A person who signs in. A citizen's mobile is sealed and found by its keyed index; ``patient`` is
    the opaque id of the account's own health record, empty until the real name was checked."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("Staff")
        CITIZEN = "citizen", _("Citizen")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=100, blank=True, default="")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CITIZEN)
    organization = models.CharField(max_length=40, blank=True, default="")
    mobile_sealed = models.BinaryField(null=True)
    mobile_index = models.BinaryField(null=True)
    patient = models.CharField(max_length=36, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountQuerySet()

    class Meta:
        db_table = "access_account"
        indexes = [
            models.Index(
                fields=["mobile_index"], name="access_account_mobile", condition=models.Q(mobile_index__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class Assignment(models.Model):
    """A role that an account holds, for one organisation or district when ``scope`` names it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True, default="")
    granted_by = models.CharField(max_length=64)
    granted_at = models.DateTimeField(default=timezone.now)
    until_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_assignment"
        constraints = [
            models.UniqueConstraint(fields=["account", "role", "scope"], name="access_assignment_once"),
        ]


class ApiClient(models.Model):
    """A program that calls the API: a hospital's system, a booking route, a kiosk fleet. Its role names
    what it may do; ``scopes`` narrows that to some permissions (empty: all of the role's)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    organization = models.CharField(max_length=40, blank=True, default="")
    channel = models.CharField(max_length=40, blank=True, default="")
    role = models.CharField(max_length=40)
    scopes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    audience = models.CharField(
        max_length=10, default="public", choices=[("public", _("Everyone")), ("community", _("Community"))]
    )
    rate_per_minute = models.PositiveIntegerField(default=6000)
    is_active = models.BooleanField(default=True)
    public_keys = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "access_apiclient"


class ApiKey(models.Model):
    """A key of a client. Only its keyed hash is kept; ``prefix`` finds it and may be shown."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="keys")
    prefix = models.CharField(max_length=16, unique=True)
    key_hash = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_apikey"


class SignInCode(models.Model):
    """A code sent to a mobile. Kept as a keyed hash, good once, for a few minutes and a few tries."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mobile_index = models.BinaryField()
    code_hash = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_signincode"
        indexes = [models.Index(fields=["mobile_index", "created_at"], name="access_code_mobile")]


class Consent(models.Model):
    """A patient's word about who may see what: a permission or a denial, withdrawn at any time.

    ``organization`` empty: everyone; ``categories`` and ``purposes`` empty: all. ``evidence`` is the SHA-256 of
    the text that was agreed to, ``text_version`` its version.
    """

    class Decision(models.TextChoices):
        PERMIT = ConsentDecision.PERMIT.value, _("Allowed")
        DENY = ConsentDecision.DENY.value, _("Not allowed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.CharField(max_length=36)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    organization = models.CharField(max_length=40, blank=True, default="")
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    purposes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=40)
    text_version = models.CharField(max_length=40)
    evidence = models.CharField(max_length=64)
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "access_consent"
        indexes = [
            models.Index(
                fields=["patient"], name="access_consent_patient", condition=models.Q(withdrawn_at__isnull=True)
            )
        ]


class EmergencyAccess(models.Model):
    """An access without a treatment relation, for one patient and at most four hours; judged by a second person."""

    class Judgement(models.TextChoices):
        OPEN = "open", _("Waits for judgement")
        JUSTIFIED = "justified", _("Justified")
        UNJUSTIFIED = "unjustified", _("Not justified")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.CharField(max_length=36)
    organization = models.CharField(max_length=40, blank=True, default="")
    patient = models.CharField(max_length=36)
    reason = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    judgement = models.CharField(max_length=12, choices=Judgement.choices, default=Judgement.OPEN)
    judged_by = models.CharField(max_length=36, blank=True, default="")
    judged_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "access_emergency"
        indexes = [models.Index(fields=["account", "patient", "ends_at"], name="access_emergency_open")]
        constraints = [
            models.CheckConstraint(
                name="access_emergency_four_hours",
                condition=models.Q(ends_at__lte=models.F("starts_at") + timedelta(hours=4)),
            )
        ]


class RoleChange(models.Model):
    """A role that a security administrator asks to give or take; it happens when another one agrees."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="changes")
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True, default="")
    give = models.BooleanField()
    asked_by = models.CharField(max_length=36)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.CharField(max_length=36, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        db_table = "access_rolechange"


class AssertionId(models.Model):
    """An id of a signed assertion that was used; the same assertion is good once."""

    pk = models.CompositePrimaryKey("client", "jti")
    client = models.CharField(max_length=40)
    jti = models.CharField(max_length=128)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "access_assertionid"


class IdentityCheck(models.Model):
    """A try to prove a real name: counted before it is judged, so that no two tries pass as one.

    ``subject`` is the keyed index of the number that was tried; the number itself is not kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    subject = models.BinaryField()
    at = models.DateTimeField()
    passed = models.BooleanField(default=False)

    class Meta:
        db_table = "access_identitycheck"
        indexes = [models.Index(fields=["subject", "at"], name="access_identity_subject")]


class FrameAncestor(models.Model):
    """A place of an organisation (scheme, host, port) whose pages may show the platform's in a frame."""

    organization = models.CharField(max_length=40)
    origin = models.CharField(max_length=255)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "access_frameancestor"
        constraints = [
            models.UniqueConstraint(fields=["organization", "origin"], name="access_frame_once"),
        ]
