"""Decisions of cards over plain values: the life of a card, and the electronic code."""
