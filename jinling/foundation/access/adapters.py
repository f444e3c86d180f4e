"""How allauth meets this platform: accounts are given, never signed up for; addresses are not guessed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Staff sign in with a name and a password that an administrator gave them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by this way: citizens come by mobile code, staff by an administrator."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Names are given by the verbs of this context."""
        return None
