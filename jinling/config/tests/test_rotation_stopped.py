"""`jinling keys rotate` is killed midway, the platform goes on reading, and the next run finishes the work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from jinling.config.database import resealing
from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.models import Patient
from jinling.kernel.actor import system
from jinling.kernel.sealing import Keyring

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 600


def place_of_the_test() -> str:
    """The address of this test's database, for another process."""
    held = connection.settings_dict
    options = dict(held["OPTIONS"])
    host = held["HOST"]
    port = f"&port={held['PORT']}" if held["PORT"] else ""
    assert not options.get("service")
    return f"postgresql://{quote(held['USER'])}:{quote(held['PASSWORD'])}@/{held['NAME']}?host={quote(host)}{port}"


@pytest.fixture
def installation(settings, tmp_path: Path):
    """A copy of this installation's secrets with a newer version of both keys, and people sealed under the older."""
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    config = settings.JINLING_SEALING
    held: dict[str, dict[int, bytes]] = {}
    for name, kind in (("sealing", "keys"), ("index", "index_keys")):
        held[kind] = {**config[kind], max(config[kind]) + 1: os.urandom(32)}
        for version, key in held[kind].items():
            file = secrets / f"{name}-{version}.json"
            file.write_text(json.dumps({"key": key.hex()}), encoding="ascii")
            file.chmod(0o600)
    mpi.register_many(by=system("t"), people=list(mpi.synthetic_people(PEOPLE, 5, ["320106"])))
    environment = os.environ | {
        "JINLING_HOME": str(tmp_path),
        "JINLING_SECRETS": str(secrets),
        "DATABASE_URL": place_of_the_test(),
        "DJANGO_SETTINGS_MODULE": "jinling.config.settings",
    }
    return environment, Keyring(keys=held["keys"], index_keys=held["index_keys"], algorithm="aes")


def waiting(ring: Keyring) -> int:
    return sum(resealing.outdated(column, ring) for column in resealing.columns())


@pytest.mark.journey
def test_a_killed_rotation_is_finished_by_the_next(installation, settings):
    environment, newest = installation
    before = Keyring(**settings.JINLING_SEALING)
    names = {row.pk: before.open(row.name_sealed, place=f"mpi.name/{row.pk}") for row in Patient.objects.all()}
    listed = subprocess.run(
        [sys.executable, "-m", "jinling", "keys", "list", "--json"], env=environment, capture_output=True, text=True
    )
    assert listed.returncode == 0, listed.stderr
    told = json.loads(listed.stdout)
    total = sum(row["waiting"] for row in told["columns"])
    assert all(len(versions) >= 2 for versions in told["versions"].values()) and total >= 2 * PEOPLE

    running = subprocess.Popen(
        [sys.executable, "-m", "jinling", "keys", "rotate", "--step", "5"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while waiting(newest) > total - 50 and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    left = waiting(newest)
    assert 0 < left < total, "it was to be killed in the midst"
    # Values of both versions stand side by side; whoever holds both keys reads all of them.
    assert {row.pk: newest.open(row.name_sealed, place=f"mpi.name/{row.pk}") for row in Patient.objects.all()} == names

    again = subprocess.run(
        [sys.executable, "-m", "jinling", "keys", "rotate", "--json"], env=environment, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
    assert sum(json.loads(again.stdout).values()) == left and waiting(newest) == 0
    assert {row.pk: newest.open(row.name_sealed, place=f"mpi.name/{row.pk}") for row in Patient.objects.all()} == names
    idle = subprocess.run(
        [sys.executable, "-m", "jinling", "keys", "rotate", "--json"], env=environment, capture_output=True, text=True
    )
    assert sum(json.loads(idle.stdout).values()) == 0


@pytest.mark.parametrize(
    "words", [("rotate", "--step", "0"), ("rotate", "--step", "x"), ("add", "salt"), (), ("turn",)]
)
def test_what_is_typed_wrongly_is_exit_2(words):
    environment = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-m", "jinling", "keys", *words], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "") and "usage: jinling keys" in done.stderr
