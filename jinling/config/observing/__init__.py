"""What an operator sees: logs, figures, whether it is alive and ready, and what is off."""
