"""What citizens and clinicians do."""
