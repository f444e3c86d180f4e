"""Pages of access: signing in; the addresses of allauth's pages that are in use."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.urls import include, path
from django.views.generic import RedirectView

from jinling.foundation.access.guards import open_to_all
from jinling.foundation.access.pages import sign_in
from jinling.kernel.sockets import MenuItem

# Only those of allauth's pages that a platform without sign-up and e-mail addresses needs.
_allauth = [
    path("login/", open_to_all(allauth_views.login), name="account_login"),
    path("logout/", open_to_all(allauth_views.logout), name="account_logout"),
    path("inactive/", open_to_all(allauth_views.account_inactive), name="account_inactive"),
    path("reauthenticate/", open_to_all(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", open_to_all(allauth_views.password_change), name="account_change_password"),
    path("signup/", open_to_all(RedirectView.as_view(pattern_name="access_sign_in")), name="account_signup"),
]

urlpatterns = [
    path("sign-in/", sign_in.mobile, name="access_sign_in"),
    path("sign-in/code/", sign_in.code, name="access_sign_in_code"),
    path("sign-in/account/", sign_in.choose, name="access_sign_in_account"),
    path("accounts/", include(_allauth)),
]
MENU: list[MenuItem] = []
