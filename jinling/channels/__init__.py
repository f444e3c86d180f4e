"""Ways in and out; thin."""
