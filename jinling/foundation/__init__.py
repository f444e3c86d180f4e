"""What every context may use."""
