"""Decisions of collection over plain values, and its refusals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jinling.kernel.outcomes import Conflict, Denied, Invalid, NotFound, Refused
from jinling.kernel.states import States

# "Since always": the day from which those hold who took part before participations had days (migration 0003). Nobody
# wrote down since when they do, so it says nothing of when something began to be counted.
ALWAYS = date(1949, 10, 1)


class Channel(StrEnum):
    """How a file came; what each is called stands with the table.

    What is carried over was held before the platform counted: it was received in no month and on no day.
    """

    PAGE = "page"
    API = "api"
    FOLDER = "folder"
    COMMAND = "command"
    DATABASE = "database"
    REPLAY = "replay"
    CARRIED = "carried"


class Way(StrEnum):
    """How an institution takes part: it sent a list, it did not answer, or the centre reads its database.

    The last two are also the reasons why a bulletin has no count of its tables.
    """

    DECLARED = "declared"
    NOT_REPORTED = "not_reported"
    DATABASE_OPENED = "database_opened"


class TooLargeForOneRequest(Refused):
    """The file may come, but not in one request."""

    code = "too_large_for_one_request"
    status = 413
    text = "One request carries a file of at most %(limit)s bytes."
    mend = "Send it in pieces by the API, put it into the watched folder, or let the centre take it in by command."


def check_one_request(size: int, *, most: int) -> None:
    """Whether a file of so many bytes may come as one form; ``most`` is the setting.

    Raises:
        TooLargeForOneRequest: it comes in pieces, or another way.
    """
    if size > most:
        raise TooLargeForOneRequest(where="file", limit=most)


class SubmissionUnknown(NotFound):
    """No submission of that id, or none that the asker may see."""

    code = "submission_unknown"
    text = "There is no such submission."


class SubmissionBusy(Conflict):
    """Another process works on the same file at this moment."""

    code = "submission_busy"
    text = "The file is being worked on already."
    mend = "Ask for the submission's state in a moment."


class SubmissionStepRefused(Conflict):
    """The submission's state does not allow the step."""

    code = "submission_step_refused"
    text = "A submission that is %(state)s cannot take the step %(step)s."
    mend = "Load the submission again and look at its state."


# What may follow what. After a crash the work begins anew, and so do the states.
LIFE = States(
    {
        "parse": {"received": "parsed", "parsed": "parsed", "checked": "parsed"},
        "check": {"parsed": "checked", "checked": "checked"},
        "store": {"checked": "stored"},
        "refuse": {"received": "refused", "parsed": "refused", "checked": "refused"},
    },
    SubmissionStepRefused,
)


class NotYours(Denied):
    """Someone sends or reads for an institution that is not theirs."""

    code = "not_your_institution"
    text = "You may act for your own institution only."


class FileNotThere(Refused):
    """The named file cannot be read."""

    code = "file_not_there"
    text = "The file cannot be read: %(reason)s."
    mend = "Check the path and whether you may read it."


class DataSetUnknown(NotFound):
    """No data set of that code."""

    code = "data_set_unknown"
    text = "The catalogue has no data set %(data_set)s."
    mend = "The nearest: %(nearest)s. jinling catalogue show prints all codes."


class NothingDeclared(Refused):
    """An empty declaration says nothing."""

    code = "nothing_declared"
    text = "No table of your list was ticked; what was declared before stands."
    mend = "Tick the tables that you will send."


class RejectionClosed(Conflict):
    """Nobody works on rows that are settled."""

    code = "rejection_closed"
    text = "The rejected rows of this file are settled already."


class CloseReasonMissing(Invalid):
    """Rows are not given up without a word."""

    code = "close_reason_missing"
    text = "Rejected rows are closed with a reason only."
    mend = "Write in a few words why the rows are not repaired; name no patient."


class FormKindUnknown(NotFound):
    """An empty form of a kind that is not made."""

    code = "form_kind_unknown"
    text = "There is no empty form of that kind."
    mend = "Ask for csv or xlsx."


class SourceUnknown(NotFound):
    """No opened database of that institution and data set."""

    code = "source_unknown"
    text = "No opened database is declared for this."
    mend = "Look with: jinling source list"


class AgreementInvalid(Invalid):
    """What shall be read of an opened database does not fit the data set."""

    code = "agreement_invalid"
    text = "The table cannot be read so: %(reason)s."
    mend = "Look at the data set's columns: jinling catalogue show CODE"


class ColumnsUnknown(AgreementInvalid):
    """Columns are agreed on that the data set does not have."""

    code = "columns_unknown"
    text = "The data set has no column %(columns)s."


class ColumnsMissing(AgreementInvalid):
    """Required columns are not agreed on."""

    text = "Required columns are not agreed on: %(columns)s."


class UploadUnknown(NotFound):
    """No upload of that name, or another institution's."""

    code = "upload_unknown"
    text = "There is no such upload."
    mend = "Begin it again with the file's size and checksum; what came before is found."


class UploadInvalid(Invalid):
    """An upload announced without a size or a checksum."""

    code = "upload_invalid"
    text = "An upload is announced with the file's size in bytes and its SHA-256 in 64 hexadecimal digits."


class UploadBusy(Conflict):
    """A piece of the same upload is coming in at this moment."""

    code = "upload_busy"
    text = "Another piece of this upload is coming in."
    mend = "Wait until it has ended, then ask how far the upload is."


class OffsetDiffers(Conflict):
    """A piece that does not begin where the last one ended."""

    code = "offset_differs"
    text = "The upload stands at byte %(held)s."
    mend = "Send on from there."


class UploadTooLong(Refused):
    """More bytes than were announced."""

    code = "upload_too_long"
    text = "The piece goes beyond the announced size."
    mend = "Announce the file with its real size."


class ChecksumDiffers(Refused):
    """All bytes came, and they are not those of the announced file."""

    code = "checksum_differs"
    text = "The checksum of what came is not the announced one."
    mend = "Send the file again from its first byte."


@dataclass(frozen=True, slots=True)
class Upload:
    """How far a file sent in pieces has come, in bytes; ``submission`` is "" until it is whole."""

    upload: str
    offset: int
    size: int
    submission: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, as every face tells it. ``repeated``: the same file had come before."""

    submission: str
    file: str
    data_set: str
    organization: str
    state: str
    received: int
    accepted: int
    rejected: int
    rejected_by_rule: Mapping[str, int]
    duplicates: int
    corrections: int
    repeated: bool
    refusal: Mapping[str, object] | None = None


def safe_name(name: str) -> str:
    """A file's name as it is kept: its last part, without control and direction characters, at most 120 long."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co"))
    return plain.strip(". ")[:120] or "file"


def by_rule(findings: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Findings by (rule, column) as ``rule:column`` to count, most frequent first."""
    named = {f"{rule}:{column}" if column else rule: rows for (rule, column), rows in findings.items()}
    return dict(sorted(named.items(), key=lambda pair: (-pair[1], pair[0])))
