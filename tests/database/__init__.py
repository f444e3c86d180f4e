"""The databases of the tests: migrated once into a template, copied for each process, put back after each commit.

An app of the tests' own settings, so that Django finds its ``flush`` before its own.
"""
