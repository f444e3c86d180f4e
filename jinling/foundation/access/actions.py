"""What the entries of the audit about access read as."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jinling.kernel.sockets import AuditAction

ACTIONS = [
    AuditAction("access.denied", _("Tried to see the record and was refused")),
    AuditAction("access.emergency", _("Opened the record in an emergency")),
    AuditAction("access.judge_emergency", _("Judged an emergency access")),
    AuditAction("access.give_consent", _("Changed the sharing")),
    AuditAction("access.withdraw_consent", _("Withdrew a word about sharing")),
    AuditAction("access.tie_patient", _("Tied the account to the person")),
    AuditAction("access.sign_in", _("Signed in")),
    AuditAction("access.sign_out", _("Signed out")),
    AuditAction("access.end_sessions", _("Ended the other sessions of an account")),
    AuditAction("access.open_account", _("Opened a citizen's account")),
    AuditAction("access.add_account", _("Added an account")),
    AuditAction("access.close_account", _("Closed an account")),
    AuditAction("access.give_role", _("Gave a role")),
    AuditAction("access.take_role", _("Took a role away")),
    AuditAction("access.set_contact", _("Changed the contact of an account")),
    AuditAction("access.set_password", _("Changed the password of an account")),
    AuditAction("access.tie_sign_on", _("Tied an account to the city's single sign-on")),
    AuditAction("access.check_identity", _("Began to check an identity")),
    AuditAction("access.pass_identity", _("Confirmed an identity")),
    AuditAction("access.ask_role_change", _("Asked for a change of roles")),
    AuditAction("access.decide_role_change", _("Decided about a change of roles")),
    AuditAction("access.add_client", _("Added an API client")),
    AuditAction("access.add_key", _("Added a key of an API client")),
    AuditAction("access.revoke_keys", _("Revoked keys of an API client")),
    AuditAction("access.trust_key", _("Trusted a signing key of an API client")),
    AuditAction("access.distrust_key", _("Stopped trusting a signing key of an API client")),
    AuditAction("access.allow_frame", _("Let a site show pages in a frame")),
    AuditAction("access.forbid_frame", _("Stopped letting a site show pages in a frame")),
]
