"""kill -9 at random moments of intake: no row lost, no row doubled, whatever the moment."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from jinling.data.collection import public as collection
from jinling.data.collection.models import Part, State, Submission
from jinling.data.collection.queries import manifest
from jinling.data.collection.testing import BY, a_row, an_institution, as_csv
from jinling.data.collection.usecases import intake as collection_intake

CODE = "H_YL_MZ_MEDICAL_RECORD"
KILLS = int(os.environ.get("JINLING_KILLS", "6"))  # the full drill: JINLING_KILLS=100

# The child does what the command does, on the test's own database and home.
CHILD = """
import sys, django
from django.conf import settings
django.setup()
from pathlib import Path
from django.db import connections
settings.HOME = Path(sys.argv[1])
connections["default"].settings_dict["NAME"] = sys.argv[2]
from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.usecases.intake import ingest
from jinling.data.collection.testing import BY
catalogue().find(sys.argv[4])
connections["default"].ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
done = ingest(by=BY, file=Path(sys.argv[3]), data_set=sys.argv[4], organization=sys.argv[5])
print(done.state, flush=True)
"""


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_no_row_is_lost_or_doubled_by_a_killed_intake(tmp_path, own_home):
    organization = an_institution()
    data_set = collection.catalogue().find(CODE)
    source = random.Random(20180531)
    killed = attempt = 0
    expected: dict[str, str] = {}
    length = 0.0  # seconds that intake took when it was last let alone, or outran its killer
    while killed < KILLS:
        assert attempt <= 4 * KILLS + 4, f"{killed} of {attempt} were killed"
        # Every file brings new rows and corrects some of the file before.
        first = attempt * 150
        rows = [
            a_row(data_set, number, organization.code, HZXM=f"v{attempt}")
            for number in range(max(first - 50, 0), first + 150)
        ]
        rows.append(a_row(data_set, 10**6 + attempt, organization.code, SSY="5"))
        path = tmp_path / f"visits{attempt}.csv"
        path.write_bytes(as_csv(CODE, rows))
        expected.update({row["JZLSH"]: row["HZXM"] for row in rows[:-1]})
        took = run_child(path, own_home, organization.code, kill_after=source.random() * length if attempt else None)
        if took is None:
            killed += 1
            assert_whole(organization.pk)
            collection_intake.ingest(by=BY, file=path, data_set=CODE, organization=organization.code)
        else:
            length = took
        attempt += 1
        assert_whole(organization.pk)
        paths = list(manifest.current_parts(data_sets=[CODE]).values_list("path", flat=True))
        stored = manifest.lake().rows(sorted(paths), ["JZLSH", "HZXM"])
        assert len(stored) == len(expected)
        assert dict(stored) == expected
    assert Submission.objects.count() == attempt
    assert not collection_intake.resume(by=BY)


def run_child(path, home, organization: str, *, kill_after: float | None) -> float | None:
    """Take the file in, in a process of its own; how long intake alone took, or None if it was killed on its way.

    The clock starts when the child stands ready, so that a slow start of the interpreter is no part of it.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), connection.settings_dict["NAME"], str(path), CODE, organization],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "jinling.config.settings"},
    )
    assert child.stdin is not None and child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    child.stdin.write(b"go\n")
    child.stdin.flush()
    began = time.monotonic()
    if kill_after is not None and not select.select([child.stdout], [], [], kill_after)[0]:
        child.send_signal(signal.SIGKILL)
    said = child.stdout.readline()
    took = time.monotonic() - began
    assert child.wait(120) in (0, -signal.SIGKILL)
    if not said:
        assert kill_after is not None and child.returncode == -signal.SIGKILL
        return None
    assert said == b"stored\n"
    return took


def assert_whole(organization: int) -> None:
    """What the manifest names is there with as many rows as it says, and a stored submission's counts add up."""
    for part in Part.objects.filter(removed_by=None, organization_id=organization):
        assert manifest.lake().count([part.path]) == part.rows
    for one in Submission.objects.filter(state=State.STORED):
        assert one.rows_received == one.rows_accepted + one.rows_rejected + one.duplicates
