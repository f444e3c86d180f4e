"""Audit: who did what to whose record, when, from where and why; and the proof that no entry was bent.

Nouns: Entry, Lane (a hash chain), Head. An entry is appended in the transaction of the act it tells of; when
it cannot be written the act does not happen. No foreign keys, so that the log never blocks live data.
Neighbours: everyone appends; operators and citizens read. Refuses to change or delete an entry.
"""
