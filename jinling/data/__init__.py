"""What becomes figures."""
