"""Assembles the platform and decides nothing: settings, URLs, the command line, the embedded database."""
