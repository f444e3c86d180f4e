"""The face of access."""

from jinling.foundation.access import rights
from jinling.foundation.access.api_keys import ApiKeyAuth
from jinling.foundation.access.guards import (
    admissible,
    open_to_all,
    permission_required,
)
from jinling.foundation.access.judgement import walled
from jinling.foundation.access.matrix import cells, markdown
from jinling.foundation.access.queries import (
    accounts,
    by_mobile,
    categories,
    clients,
    frames,
    grants,
    has,
    held_by,
    keys,
    mobile_of,
    permissions,
    relations,
    roles,
    staff_account,
)
from jinling.foundation.access.routes import routes
from jinling.foundation.access.rules.refusals import (
    IdentityNotConfirmed,
)
from jinling.foundation.access.rules.roles import PURPOSES
from jinling.foundation.access.tokens import distrust_key, trust_key
from jinling.foundation.access.usecases.accounts import (
    account_named,
    add_account,
    give_role,
    set_contact,
    take_role,
)
from jinling.foundation.access.usecases.changes import (
    ask_role_change,
    concerned_by,
    decide_role_change,
    waiting_changes,
)
from jinling.foundation.access.usecases.citizens import redeem_code, request_code
from jinling.foundation.access.usecases.clients import add_client, client_named, revoke_keys, rotate_key
from jinling.foundation.access.usecases.consents import (
    JUDGED_WITHIN,
    account_names,
    emergencies,
    give_consent,
    judge_emergency,
    open_emergency_access,
    standing_consents,
    withdraw_consent,
)
from jinling.foundation.access.usecases.demo_accounts import ensure_demo_accounts, ensure_demo_citizen
from jinling.foundation.access.usecases.frames import allow_frame, forbid_frame
from jinling.foundation.access.usecases.identity import begin_identity_check, pass_identity_check, tie_patient

__all__ = [
    "JUDGED_WITHIN",
    "PURPOSES",
    "ApiKeyAuth",
    "IdentityNotConfirmed",
    "account_named",
    "account_names",
    "accounts",
    "add_account",
    "add_client",
    "admissible",
    "allow_frame",
    "ask_role_change",
    "begin_identity_check",
    "by_mobile",
    "categories",
    "cells",
    "client_named",
    "clients",
    "concerned_by",
    "decide_role_change",
    "distrust_key",
    "emergencies",
    "ensure_demo_accounts",
    "ensure_demo_citizen",
    "forbid_frame",
    "frames",
    "give_consent",
    "give_role",
    "grants",
    "has",
    "held_by",
    "judge_emergency",
    "keys",
    "markdown",
    "mobile_of",
    "open_emergency_access",
    "open_to_all",
    "pass_identity_check",
    "permission_required",
    "permissions",
    "redeem_code",
    "relations",
    "request_code",
    "revoke_keys",
    "rights",
    "roles",
    "rotate_key",
    "routes",
    "set_contact",
    "staff_account",
    "standing_consents",
    "take_role",
    "tie_patient",
    "trust_key",
    "waiting_changes",
    "walled",
    "withdraw_consent",
]
