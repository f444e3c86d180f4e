"""The permissions of access by name; ``permissions.py`` says what each means and who holds it."""

ACCOUNT = "access.account"
ACCOUNTS = "access.accounts"
CLIENTS = "access.clients"
OWN = "access.own"
EMERGENCY = "access.emergency"
JUDGE = "access.judge"
