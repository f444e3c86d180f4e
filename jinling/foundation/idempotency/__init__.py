"""Idempotency: a request that is sent again gets its first answer again.

Nouns: Answer. A client names its request with a key; the answer is kept in the transaction that did the work.
Same key and body: the same answer. Same key, other body: refused (422). Still running: refused (409).
Neighbours: every API that books, pays, cancels or uploads. Refuses to keep an answer of work that was rolled back.
"""
