"""Quality's JSON API: signs of life of record browsers and hint plug-ins."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from jinling.data.collection import public as collection
from jinling.data.quality.rights import BEAT
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.web.requests import actor

MOST = 1000
router = Router(auth=access.ApiKeyAuth(), tags=["collection"])
Workstation = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,63}$", examples=["OPD-3-017"])]


class BeatIn(Schema):
    """One workstation where the module runs; its own name, never a person's."""

    kind: Literal["browser", "hint"]
    workstation: Workstation


class BeatsIn(Schema):
    """Signs of life of this moment."""

    heartbeats: Annotated[list[BeatIn], Field(min_length=1, max_length=MOST)]


class NotedOut(Schema):
    """How many workstations were noted."""

    noted: int


@router.post(
    "/collection/heartbeats",
    response={200: NotedOut},
    summary="Signs of life of record browsers and hint plug-ins at the own institution",
)
@access.permission_required(BEAT, relation="own_organization")
def heartbeats(request: HttpRequest, beats: BeatsIn) -> Any:
    """A workstation heard for the first time is a new deployment. The platform's clock counts."""
    by = actor(request)
    own, now = directory.get(by.organization).pk, timezone.now()
    noted = collection.beat_many(
        by=by,
        heartbeats=[collection.Heartbeat(own, beat.kind, beat.workstation, now) for beat in beats.heartbeats],
    )
    return {"noted": noted}
