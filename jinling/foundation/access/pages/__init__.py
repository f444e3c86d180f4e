"""Pages of access: signing in, the own account and consents, accounts and roles, emergencies, audit search."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from allauth.socialaccount import views as social_views
from allauth.socialaccount.providers.openid_connect import views as oidc_views
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.urls import include, path
from django.utils.translation import gettext_noop
from django.views.generic import RedirectView

from jinling.foundation.access import rights
from jinling.foundation.access.guards import open_to_all
from jinling.foundation.access.pages import administration, sessions, sign_in
from jinling.foundation.audit import public as audit
from jinling.kernel.declarations import Declaration
from jinling.kernel.sockets import MenuItem

OWN_ACCOUNT = Declaration(rights.ACCOUNT, ("self",), "", 0)


def own(view: Callable[..., Any]) -> Callable[..., Any]:
    """An account's own settings: whoever is signed in, also before a second factor is set up."""

    @wraps(view)
    @login_required
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        return view(request, *args, **kwargs)

    guarded.access = OWN_ACCOUNT  # type: ignore[attr-defined]
    return guarded


def with_password(view: Callable[..., Any]) -> Callable[..., Any]:
    """The same for those who have a password: citizens have none to change."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return own(guarded)


def _opened(view: Callable[..., Any]) -> Callable[..., Any]:
    """A library's view that is a part of signing in, as a view of ours that declares itself open."""

    @wraps(view)
    def shown(request: Any, *args: Any, **kwargs: Any) -> Any:
        return view(request, *args, **kwargs)

    return open_to_all(shown)


# Only those of allauth's pages that a platform without sign-up and e-mail addresses needs.
_library = [
    path("login/", _opened(account_views.login), name="account_login"),
    path("logout/", _opened(account_views.logout), name="account_logout"),
    path("inactive/", _opened(account_views.account_inactive), name="account_inactive"),
    path("signup/", open_to_all(RedirectView.as_view(pattern_name="access_sign_in")), name="account_signup"),
    path("reauthenticate/", own(account_views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", with_password(account_views.password_change), name="account_change_password"),
    path("2fa/", own(mfa_views.index), name="mfa_index"),
    path("2fa/authenticate/", _opened(mfa_views.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", own(mfa_views.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", own(totp_views.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", own(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", own(recovery_views.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/", own(recovery_views.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path(
        "2fa/recovery-codes/download/", own(recovery_views.download_recovery_codes), name="mfa_download_recovery_codes"
    ),
    path("2fa/webauthn/", own(passkey_views.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", own(passkey_views.add_webauthn), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/", own(passkey_views.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"
    ),
    path("2fa/webauthn/login/", _opened(passkey_views.login_webauthn), name="mfa_login_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", own(passkey_views.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", own(passkey_views.edit_webauthn), name="mfa_edit_webauthn"),
    path("sessions/", own(sessions.sessions), name="usersessions_list"),
    path("sessions/end/", own(sessions.end), name="access_end_sessions"),
    path("oidc/<str:provider_id>/login/", _opened(oidc_views.login), name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", _opened(oidc_views.callback), name="openid_connect_callback"),
    path("oidc/cancelled/", _opened(social_views.login_cancelled), name="socialaccount_login_cancelled"),
    path("oidc/error/", _opened(social_views.login_error), name="socialaccount_login_error"),
    path("oidc/signup/", open_to_all(RedirectView.as_view(pattern_name="account_login")), name="socialaccount_signup"),
]

urlpatterns = [
    path("sign-in/", sign_in.mobile, name="access_sign_in"),
    path("sign-in/code/", sign_in.code, name="access_sign_in_code"),
    path("sign-in/account/", sign_in.choose, name="access_sign_in_account"),
    path("sign-in/again/", own(sign_in.again), name="access_step_up"),
    path("accounts/", include(_library)),
    path("staff/accounts/", administration.accounts, name="access_accounts"),
    path("staff/accounts/<uuid:key>/", administration.account, name="access_one_account"),
    path("staff/accounts/changes/<uuid:change>/", administration.decide, name="access_decide"),
    path("staff/audit/", administration.search, name="access_audit"),
    path("staff/audit/verify/", administration.verify, name="access_audit_verify"),
    path("staff/emergencies/", administration.emergencies, name="access_emergencies"),
    path("staff/emergencies/<uuid:emergency>/", administration.judge, name="access_judge"),
    path("staff/emergency/<uuid:patient>/", administration.emergency, name="access_emergency"),
]
MENU = (
    MenuItem(
        "staff",
        gettext_noop("Accounts and roles"),
        "access_accounts",
        icon="people",
        order=800,
        permission=rights.ACCOUNTS,
    ),
    MenuItem("staff", gettext_noop("Audit"), "access_audit", icon="eye", order=810, permission=audit.rights.SEARCH),
    MenuItem(
        "staff",
        gettext_noop("Emergency accesses"),
        "access_emergencies",
        icon="warning",
        order=820,
        permission=rights.JUDGE,
    ),
    MenuItem("staff", gettext_noop("Second factor"), "mfa_index", icon="key", order=900, permission=rights.ACCOUNT),
    MenuItem(
        "staff",
        gettext_noop("Sessions and devices"),
        "usersessions_list",
        icon="shield",
        order=910,
        permission=rights.ACCOUNT,
    ),
    MenuItem(
        "citizen",
        gettext_noop("Sessions and devices"),
        "usersessions_list",
        icon="key",
        order=90,
        permission=rights.ACCOUNT,
    ),
)
