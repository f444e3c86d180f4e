"""Collection's JSON API for hospitals: send a file, ask what became of it, fetch the rejected rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile

from jinling.data.collection import public as collection
from jinling.data.collection.models import Submission
from jinling.data.collection.rejections import as_plain, rows_of
from jinling.data.collection.rights import SUBMIT
from jinling.data.collection.rules import Channel, check_one_request
from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.web.requests import actor

router = Router(auth=access.ApiKeyAuth(), tags=["collection"])


class SubmissionOut(Schema):
    """What became of a file."""

    submission: str
    file: str
    data_set: str
    organization: str
    state: str
    received: int
    accepted: int
    rejected: int
    rejected_by_rule: dict[str, int]
    duplicates: int
    corrections: int
    repeated: bool
    refusal: dict[str, Any] | None = None


class UploadIn(Schema):
    """A file that will come in pieces."""

    data_set: str
    file_name: str
    size: int
    sha256: str


class UploadOut(Schema):
    """How far it has come, in bytes; with the last piece it is a submission."""

    upload: str
    offset: int
    size: int
    submission: SubmissionOut | None = None


class FindingOut(Schema):
    """A broken rule, the value that broke it, and how to mend it."""

    rule: str
    column: str
    value: str | None
    remedy: str


class RejectedOut(Schema):
    """A rejected row."""

    row: int
    text: str | None
    findings: list[FindingOut]


@router.post(
    "/collection/submissions",
    response={202: SubmissionOut, 200: SubmissionOut},
    summary="Send a file of one data set; the same file again is recognised",
)
@access.permission_required(SUBMIT, relation="own_organization")
def send(request: HttpRequest, data_set: Form[str], file: File[UploadedFile]) -> Status[Any]:
    """Receive the file; a worker reads, checks and stores it. Ask for the submission until its state is final."""
    by = actor(request)
    check_one_request(file.size or 0, most=settings.UPLOAD_LIMIT_OF_ONE_REQUEST)
    one, repeated = collection.receive(
        by=by,
        stream=file,
        file_name=file.name or "",
        data_set=data_set,
        organization=by.organization,
        channel=Channel.API,
    )
    return Status(200 if repeated else 202, _shown(collection.outcome(one, repeated=repeated)))


@router.get("/collection/submissions/{submission}", response={200: SubmissionOut}, summary="What became of a file")
@access.permission_required(SUBMIT, relation="own_organization")
def show(request: HttpRequest, submission: str) -> Any:
    """State and counts; rejected rows by rule."""
    return _shown(collection.outcome(_own(request, submission)))


@router.get(
    "/collection/submissions/{submission}/rejections",
    response={200: list[RejectedOut]},
    summary="Rejected rows in file order",
)
@access.permission_required(SUBMIT, relation="own_organization")
def rejections(
    request: HttpRequest, submission: str, after: int = Query(-1, ge=-1), limit: int = Query(1000, ge=1, le=5000)
) -> Any:
    """Rows behind line ``after``: which rule, which column, the value and how to mend it."""
    one = _own(request, submission)
    return [as_plain(row) for row in rows_of(one.pk, after=after, limit=limit)]


@router.post(
    "/collection/uploads",
    response={201: UploadOut},
    summary="Begin a file that comes in pieces, or go on with one; the same file again is recognised",
)
@access.permission_required(SUBMIT, relation="own_organization")
def begin(request: HttpRequest, announced: UploadIn) -> Status[Any]:
    """Say the file's size and checksum (SHA-256); the answer says from which byte to send on."""
    by = actor(request)
    return Status(201, _upload(collection.begin(by=by, organization=by.organization, **announced.dict())))


@router.get("/collection/uploads/{upload}", response={200: UploadOut}, summary="How far a file has come")
@access.permission_required(SUBMIT, relation="own_organization")
def upload_state(request: HttpRequest, upload: str) -> Any:
    """The byte to send on from, after a connection was cut."""
    return _upload(collection.upload_state(upload=upload, organization=actor(request).organization))


@router.patch(
    "/collection/uploads/{upload}",
    response={200: UploadOut},
    summary="Send a piece",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
@access.permission_required(SUBMIT, relation="own_organization")
def append(request: HttpRequest, upload: str, upload_offset: int = Header(..., alias="Upload-Offset", ge=0)) -> Any:
    """The bytes from ``Upload-Offset`` on, as many as you like; after the last one the file is a submission."""
    by = actor(request)
    return _upload(
        collection.append(by=by, upload=upload, organization=by.organization, offset=upload_offset, stream=request)
    )


@router.delete("/collection/uploads/{upload}", response={204: None}, summary="Let an unfinished file go")
@access.permission_required(SUBMIT, relation="own_organization")
def abandon(request: HttpRequest, upload: str) -> Status[Any]:
    """What had come is removed."""
    by = actor(request)
    collection.abandon(by=by, upload=upload, organization=by.organization)
    return Status(204, None)


def _upload(one: collection.Upload) -> Mapping[str, Any]:
    submission = _shown(collection.outcome(collection.submission(one.submission))) if one.submission else None
    return {"upload": one.upload, "offset": one.offset, "size": one.size, "submission": submission}


def _own(request: HttpRequest, pk: str) -> Submission:
    """A submission of the client's own institution; another's is as good as none."""
    one = collection.submission(pk)
    if one.organization_id != directory.get(actor(request).organization).pk:
        raise collection.SubmissionUnknown(where=pk[:60])
    return one


def _shown(outcome: collection.Outcome) -> Mapping[str, Any]:
    return {name: getattr(outcome, name) for name in SubmissionOut.model_fields}
