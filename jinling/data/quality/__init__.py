"""Quality of collected data: how much came, how much was good, and how it compares with the statistical returns.

Nouns: StatisticalReturn (what an institution or district told the statistics office), upload rate (sent over
returned), Stage (of the waterfall from required to compared), Loss (what cost most).

Neighbours: collection (submissions, manifest, declarations, deployments), directory, statistics (through figures).

It refuses to mend figures: a rate above 100 % is shown as it is, and a missing return is a reason, never a zero.
"""
