"""Terminology: the code systems that documents, uploads and pages share, and what their codes are called.

Nouns: CodeSystem with its Concepts, ValueSet, ConceptMap with its Mappings (FHIR). Systems come from the city pack.
Neighbours: foundation.directory reads the pack; everyone looks codes up. Refuses a code that its system does not hold:
a lookup names the system and never returns an empty word.
"""
