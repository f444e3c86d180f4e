"""Verbs of access: accounts and their roles, clients and their keys, the signing in of citizens."""
