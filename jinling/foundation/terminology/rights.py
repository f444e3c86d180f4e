"""The permission of terminology by name; ``permissions.py`` says what it means and who holds it."""

READ = "terminology.read"
