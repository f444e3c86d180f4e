"""The face of the patient index."""

from jinling.foundation.mpi import rights
from jinling.foundation.mpi.documents import country, label as document_label, labels as document_labels
from jinling.foundation.mpi.keys import patient_key
from jinling.foundation.mpi.queries import (
    all_records,
    current,
    facts,
    find,
    find_by_mobile,
    find_by_name,
    identifiers_of,
    name_stands,
    persons_per_account,
    records,
    related,
    shown,
)
from jinling.foundation.mpi.rules.people import (
    Identifier,
    NameDiffers,
    NewPatient,
    ShownPatient,
    TooLittleKnown,
)
from jinling.foundation.mpi.synthetic import areas, people as synthetic_people
from jinling.foundation.mpi.usecases.checking import refusals
from jinling.foundation.mpi.usecases.linkage import decide, propose, suggest_similar, unmerge
from jinling.foundation.mpi.usecases.lookup import match_one
from jinling.foundation.mpi.usecases.people import (
    add_identifier,
    find_or_register,
    find_or_register_many,
    register,
    register_many,
    relate,
    unrelate,
    update_mobile,
    update_name,
)
from jinling.foundation.mpi.usecases.population import Population
from jinling.foundation.mpi.usecases.relations import judge_relation

__all__ = [
    "Identifier",
    "NameDiffers",
    "NewPatient",
    "Population",
    "ShownPatient",
    "TooLittleKnown",
    "add_identifier",
    "all_records",
    "areas",
    "country",
    "current",
    "decide",
    "document_label",
    "document_labels",
    "facts",
    "find",
    "find_by_mobile",
    "find_by_name",
    "find_or_register",
    "find_or_register_many",
    "identifiers_of",
    "judge_relation",
    "match_one",
    "name_stands",
    "patient_key",
    "persons_per_account",
    "propose",
    "records",
    "refusals",
    "register",
    "register_many",
    "relate",
    "related",
    "rights",
    "shown",
    "suggest_similar",
    "synthetic_people",
    "unmerge",
    "unrelate",
    "update_mobile",
    "update_name",
]
