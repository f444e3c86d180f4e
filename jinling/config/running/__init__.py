"""What `jinling run` starts, and who keeps it running."""
