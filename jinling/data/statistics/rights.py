"""The permissions of statistics by name; ``permissions.py`` says what each means and who holds it."""

PREPARE = "statistics.prepare_release"
APPROVE = "statistics.approve_release"
