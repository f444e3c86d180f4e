"""The permissions of cards by name; ``permissions.py`` says what each means and who holds it."""

READ = "cards.read"
ISSUE = "cards.issue"
OWN = "cards.own"
SCAN = "cards.scan"
