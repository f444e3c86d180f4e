"""Registry: the pages on which the centre keeps its institutions in time.

It has no nouns of its own: Organization, its versions and successions are the directory's. Neighbours: directory (every
change is its verb), access (who may come in, whose accounts are there), collection and scheduling (what still runs at
an institution). It refuses to change anything that was not looked at first: each form shows what it would do.
"""
