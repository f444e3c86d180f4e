"""Cards of every kind (``CardKind``), from application to end.

Nouns: Card, Step (what happened to a card), Batch (a spreadsheet of a school or factory), Code (the electronic health
card: a QR code that lives for a minute and opens once).
Neighbours: mpi says who the holder is, directory who issues; statistics counts. Refuses a second living card of one
kind from one issuer, a child's card without a guardian, and a code that is forged, old or used.
"""
