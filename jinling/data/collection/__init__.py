"""Data collection: what institutions send, checked row by row and stored.

Nouns: DataSet (in the catalogue), Declaration (what an institution says it will send), Submission (one
received file), Part (one stored Parquet file), Rejection (a row that was not accepted, with owner and age),
Deployment (record browsers or hint plug-ins at an institution).

Neighbours: directory (who sends), audit, outbox, the engine (checks and lake); quality reads its counts,
statistics its bulletin tables. Cells stay in files: PostgreSQL holds the manifest and counts.

It refuses files whose shape is not the declared one, and never half-loads one.
"""
