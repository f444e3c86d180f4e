"""What a site gives, read before there are settings: its home and secrets, its city, its mail server."""
