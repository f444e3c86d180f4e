"""Statistics: indicators, the monthly bulletin, and the replay of printed figures as events.

Nouns: Indicator, Bulletin, Check, ReplayRun, ReplayProgress. What is counted, and how, is offered by the contexts
through their ``figures`` socket; how printed figures become events, through ``replays``.
Neighbours: the directory for the city pack and the names of institutions; nobody else by name.
Refuses to print a future month, to blank a missing value, to change a figure by hand, and to replay a file that it
cannot read whole.
"""
