"""The permissions of quality by name; ``permissions.py`` says what each means and who holds it."""

IMPORT = "quality.import_returns"
BEAT = "quality.heartbeat"
