"""Reads of statistics: the city's layout, the bulletin, replays that stand, files of printed figures."""
