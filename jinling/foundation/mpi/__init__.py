"""Mpi, the patient index: one person, one identity, whatever documents, spellings and phones they come with.

Nouns: Patient, PatientIdentifier, RelatedPerson (whom an account may act for), Linkage. Names, numbers and mobiles
are sealed; people are found by keyed indexes. Every read of a person's record leaves an audit entry.
Which documents there are, how they are checked and how mobiles are written is the country's, which the city pack names.
Neighbours: audit, directory, outbox; every service keeps the opaque patient id alone. Refuses a number that breaks its
standard's rules, a second person under one number, and to forget a merge that was made.
"""
