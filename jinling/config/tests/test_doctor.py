"""The doctor's findings, the port that is chosen, and what is refused before serving."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from jinling.config.observing import doctor
from jinling.config.running import serving
from jinling.kernel.contexts import contexts
from jinling.kernel.sockets import SOCKETS


@pytest.mark.django_db
def test_every_finding_says_what_it_is_needed_for_and_how_to_get_it() -> None:
    findings = {finding.name: finding for finding in doctor.examine()}
    assert {"python", "database", "durability", "disk", "port", "pango", "fonts", "chromium", "java", "gettext"} <= set(
        findings
    )
    assert all(finding.needed_for for finding in findings.values())
    assert all(finding.remedy for finding in findings.values() if finding.name != "contexts")
    assert findings["database"].ok and "PostgreSQL" in findings["database"].detail


@pytest.mark.django_db
def test_a_server_that_may_lose_commits_is_found_and_not_served() -> None:
    assert doctor.undurable() == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert doctor.undurable() == ["synchronous_commit"]
    finding = next(finding for finding in doctor.examine() if finding.name == "durability")
    assert not finding.ok and finding.required and "synchronous_commit off" in finding.detail
    with pytest.raises(SystemExit) as refused:
        call_command("run", prepare=False)
    assert refused.value.code == 1


@pytest.mark.django_db
def test_the_doctor_exits_1_only_for_what_is_required(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _name: None)
    call_command("doctor", "--json")
    found = json.loads(capsys.readouterr().out)
    off = {finding["name"] for finding in found["findings"] if not finding["ok"]}
    assert found["healthy"] and {"chromium", "java", "gettext"} <= off
    monkeypatch.setattr(doctor, "LEAST_DISK", 1 << 60)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "JINLING_HOME" in capsys.readouterr().out


def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not doctor.port_is_free(port)
        assert port < serving.free_port(port, "127.0.0.1") <= port + serving.PORTS_TRIED


def test_no_free_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "port_is_free", lambda _port, _host: False)
    with pytest.raises(serving.NoFreePort, match="Ports 8000 to 8049 are taken"):
        serving.free_port(8000, "127.0.0.1")


@pytest.mark.django_db
def test_a_demo_counts_as_loaded_only_in_the_database_it_went_into(tmp_path: Path, settings: object) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    demo = {"city": "nanjing", "scale": 0.01, "seed": 1}
    assert not serving.demo_is_loaded(demo)
    serving.remember_demo(demo)
    assert serving.demo_is_loaded(demo)
    assert not serving.demo_is_loaded({**demo, "scale": 1.0})
    note = tmp_path / "demo.json"
    note.write_text(note.read_text().replace('"database": "', '"database": "other'))
    assert not serving.demo_is_loaded(demo)


def test_contexts_are_printed_with_their_sockets(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("contexts", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert set(printed["sockets"]) == set(SOCKETS)
    assert ["jinling." + name for name in printed["contexts"]] == list(contexts())
    assert "jobs" in printed["contexts"]["foundation.idempotency"]
    call_command("contexts")
    assert "foundation.idempotency" in capsys.readouterr().out
