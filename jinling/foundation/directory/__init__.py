"""Directory: the institutions, districts and staff that everything else refers to, and the city pack.

Nouns: City, District, Organization (with OrganizationAlias), Practitioner; Pack, the folder of data
that makes the platform a city's own. Neighbours: foundation.audit and foundation.outbox; every context reads the
directory, and loads its own section of the pack through the ``pack`` socket. Refuses to guess: a name that means
no institution, or more than one, is answered with the nearest names and never with a likely one.
"""
