"""Writes a new context; ``make context name=services/hotline``. Tools of the house, no part of the platform."""
