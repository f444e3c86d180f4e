"""Linkage: how likely two records tell of one person, by the Fellegi-Sunter model (splink on DuckDB).

Nouns: Candidate (two records and the weight of evidence that they are one person). The frequencies of chance
agreement are sampled from the records themselves; those of agreement between records of one person are learnt from
pairs that share an identification number, and fall back to stated ones where there are too few.
Neighbours: foundation.mpi hands over columns and judges what comes back. Refuses to decide: it gives weights.
"""
