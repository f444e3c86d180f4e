"""The command: what it prints, and that it does it."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.core.management import call_command

from jinling.foundation.mpi import public as mpi
from jinling.foundation.mpi.management.commands.mpi import Command
from jinling.foundation.mpi.models import Link, Match
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
BY = system("test")


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("mpi", *arguments, stdout=out, prepare=False)
    return out.getvalue()


def a_pair() -> None:
    for _ in range(2):
        mpi.register(
            by=BY,
            person=mpi.NewPatient(
                name="欧阳修远", birth_date=date(1990, 1, 1), sex="male", mobile="13812341234", district="320106"
            ),
        )


def a_crowd() -> None:
    mpi.register_many(by=BY, people=list(mpi.synthetic_people(300, 3, ["320106", "320102"])))


def test_certain_pairs_are_merged():
    a_crowd()
    a_pair()
    assert json.loads(run("match", "--json")) == {"records": 302, "merged": 1, "proposed": 0}
    assert Link.objects.count() == 1
    assert json.loads(run("status", "--json")) == {"records": 302, "merged": 1, "open": 0, "linked": 0, "apart": 0}


def test_pairs_are_only_proposed_when_asked():
    a_crowd()
    a_pair()
    assert "1" in run("match", "--propose-only")
    assert (Link.objects.count(), Match.objects.get().state) == (0, "open")
    assert "302" in run("status")


@pytest.mark.parametrize("arguments", [[], ["find"], ["match", "--nothing"], ["status", "extra"]])
def test_wrong_arguments_are_named_and_nothing_is_done(arguments, capsys):
    a_pair()
    with pytest.raises(SystemExit) as stopped:
        Command().run_from_argv(["jinling", "mpi", *arguments])
    said = capsys.readouterr()
    assert (stopped.value.code, said.out) == (2, "")
    assert said.err.startswith("usage: jinling mpi [-h] match|status")
    assert (arguments[-1] if arguments else "match|status") in said.err
    assert (Link.objects.count(), Match.objects.count()) == (0, 0)


def test_the_help_names_the_platforms_own_options_only():
    text = Command().create_parser("jinling", "mpi").format_help()
    assert "match|status" in text
    assert "SUPPRESS" not in text and "--settings" not in text
