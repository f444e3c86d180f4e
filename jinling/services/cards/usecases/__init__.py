"""Verbs of cards: issuing and the steps of a card's life, electronic codes, spreadsheets."""
