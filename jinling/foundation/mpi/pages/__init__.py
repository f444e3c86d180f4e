"""Pages of the registration and identity desks: people, pairs that may be one person, merges, relations to check."""

from __future__ import annotations

from typing import Any

from django.urls import include, path
from django.utils.translation import gettext_noop

from jinling.foundation.mpi import rights
from jinling.foundation.mpi.pages import matches, people, relations
from jinling.kernel.sockets import MenuItem

MENU = (
    MenuItem("staff", gettext_noop("People"), "mpi:people", icon="person", order=59, permission=rights.REGISTER),
    MenuItem("staff", gettext_noop("Matches"), "mpi:matches", icon="people", order=60, permission=rights.REVIEW),
    MenuItem("staff", gettext_noop("Merges"), "mpi:merges", icon="person", order=61, permission=rights.REVIEW),
    MenuItem("staff", gettext_noop("Relations"), "mpi:relations", icon="check", order=62, permission=rights.RELATIONS),
)
_PEOPLE = (
    path("staff/people/", people.people, name="people"),
    path("staff/people/new/", people.new_person, name="new_person"),
    path("staff/people/<uuid:patient>/", people.person, name="person"),
)
_patterns: list[Any] = [
    *_PEOPLE,
    path("staff/matches/", matches.matches, name="matches"),
    path("staff/matches/<int:match>/", matches.match, name="match"),
    path("staff/matches/<int:match>/clear/", matches.unmasked, name="unmasked"),
    path("staff/merges/", matches.merges, name="merges"),
    path("staff/merges/<uuid:linkage>/", matches.take_back, name="take_back"),
    path("staff/relations/", relations.relations, name="relations"),
    path("staff/relations/<int:relation>/", relations.judge, name="judge_relation"),
]
urlpatterns = [path("", include((_patterns, "mpi")))]
