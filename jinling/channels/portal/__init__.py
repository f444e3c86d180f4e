"""The citizens' front door: the start page with its large tiles, and the staff's page of components.

Nouns: tile, mode. Neighbours: every context whose pages offer citizen menu entries; access for the sign-in.
It decides nothing and keeps nothing: what a tile opens belongs to the context behind it.
"""
