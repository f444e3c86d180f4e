"""Messaging: every notice to a person leaves through one door.

Nouns: Message, Recipient, Template. A notice is written in the transaction of the act that it tells of, with a key
that makes it go out once; a job sends it and tries again when the transport fails. Templates are data files
(``messages.yaml``) of the contexts that speak; addresses come from the ``contacts.py`` of the contexts that know them.
Neighbours: every context sends. Refuses a notice whose text lacks a field, and notices about what is long past.
"""
