"""Terminology: the code systems that documents, uploads and pages share, and what their codes are called on a day.

Nouns: CodeSystem with its CodeSystemVersions, each a list of Concepts (FHIR). Systems come from the city pack; a
version that stands is never changed, another list is another version. Neighbours: foundation.directory reads the pack,
and its districts are held to the code system that has them; FHIR, commands and the patient index look codes up.
Refuses a code that its system does not hold on the day asked for: a lookup never returns an empty word.
"""
