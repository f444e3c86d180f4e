"""The permissions of the directory by name; ``permissions.py`` says what each means and who holds it."""

KEEP = "directory.write"
