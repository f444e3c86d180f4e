"""Jinling: an open regional health information platform."""

__version__ = "0.1.0"
