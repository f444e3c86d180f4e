"""Populated databases of earlier versions, and the test that brings each one up to the present."""
