"""No mutation of the audit goes unseen: 10,000 in memory, one of each kind upon the database itself."""

from __future__ import annotations

import json
import random
import string

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jinling.foundation.audit import public as audit, usecases as audit_usecases
from jinling.foundation.audit.models import Entry, Lane, SignedHead
from jinling.foundation.audit.rules import (
    HASHED,
    HEAD_ORIGIN,
    HeadClaim,
    LaneCheck,
    chain_hash,
    is_signed,
    lane_origin,
    public_key,
    read_root,
    root_document,
    sign_claim,
    signed_hashes,
)
from jinling.kernel.actor import Actor, system

BY = Actor(kind="account", id="a-1", role="clinician", purpose="TREAT", organization="H1", channel="web")
LENGTH, MUTATIONS = 40, 10_000


# -- in memory -----------------------------------------------------------------------------


def words(rng, column):
    if column == "micros":
        return rng.randrange(1_500_000_000_000_000, 1_800_000_000_000_000)
    return "".join(rng.choice(string.ascii_letters + '患者"\\\n ') for _ in range(rng.randrange(0, 9)))


def chained(rows):
    """Rows with the hashes that they ought to have."""
    previous, whole = lane_origin(3), []
    for row in rows:
        previous = chain_hash(previous, row[:15])
        whole.append([*row[:15], previous])
    return whole


def a_chain(rng):
    return chained([[3, seq, *(words(rng, column) for column in HASHED[2:])] for seq in range(1, LENGTH + 1)])


def change_column(rng, rows):
    at, column = rng.randrange(LENGTH), rng.randrange(2, 15)
    before = rows[at][column]
    while rows[at][column] == before:
        rows[at][column] = words(rng, HASHED[column])


def change_hash(rng, rows):
    at = rng.randrange(LENGTH)
    old = bytearray(rows[at][15])
    old[rng.randrange(32)] ^= 1 << rng.randrange(8)
    rows[at][15] = bytes(old)


def remove(rng, rows):
    del rows[rng.randrange(LENGTH - 1)]


def remove_and_close_the_gap(rng, rows):
    del rows[rng.randrange(LENGTH)]
    for seq, row in enumerate(rows, start=1):
        row[1] = seq
    rows[:] = chained(rows)


def exchange_contents(rng, rows):
    one, other = rng.sample(range(LENGTH), 2)
    rows[one][2:], rows[other][2:] = rows[other][2:], rows[one][2:]


def exchange_places(rng, rows):
    one, other = rng.sample(range(LENGTH), 2)
    rows[one], rows[other] = rows[other], rows[one]


def insert(rng, rows):
    at = rng.randrange(LENGTH)
    rows.insert(at, [3, at + 1, *(words(rng, column) for column in HASHED[2:]), rng.randbytes(32)])


def insert_and_renumber(rng, rows):
    insert(rng, rows)
    for seq, row in enumerate(rows, start=1):
        row[1] = seq
    rows[:] = chained(rows)


def cut_off(rng, rows):
    del rows[rng.randrange(LENGTH) :]


def change_and_chain_anew(rng, rows):
    change_column(rng, rows)
    rows[:] = chained(rows)


def exchange_and_chain_anew(rng, rows):
    exchange_contents(rng, rows)
    rows[:] = chained(rows)


CRUDE = [change_column, change_hash, remove, exchange_contents, exchange_places, insert, cut_off]
CUNNING = [remove_and_close_the_gap, insert_and_renumber, change_and_chain_anew, exchange_and_chain_anew, cut_off]


def test_ten_thousand_mutations_are_all_seen():
    """Crude ones against the lane's own head; cunning ones, which also forge that head, against a signed head."""
    rng = random.Random(2018)
    rows = a_chain(rng)
    assert LaneCheck(3, {LENGTH: rows[-1][15]}).end(0, lane_origin(3)) != []
    unseen = []
    for number in range(MUTATIONS):
        cunning = number % 2 == 1
        mutate = rng.choice(CUNNING if cunning else CRUDE)
        bent = [list(row) for row in rows]
        mutate(rng, bent)
        if cunning:
            check = LaneCheck(3, {LENGTH: rows[-1][15]})
            head = (len(bent), bent[-1][15]) if bent else (0, lane_origin(3))
        else:
            check, head = LaneCheck(3, {}), (LENGTH, rows[-1][15])
        check.feed(bent)
        if bent != rows and not check.end(*head):
            unseen.append(mutate.__name__)
    assert unseen == []


def test_an_untouched_chain_is_whole():
    rows = a_chain(random.Random(1))
    check = LaneCheck(3, {10: rows[9][15], LENGTH: rows[-1][15]})
    assert check.feed(rows) == LENGTH and check.end(LENGTH, rows[-1][15]) == []


def test_heads_are_signed_over_every_word():
    secret, other = bytes(range(32)), bytes(range(1, 33))
    claim = HeadClaim("2026-11-23T00:00:00+00:00", ((0, 5, "aa" * 32), (1, 0, "bb" * 32)), HEAD_ORIGIN.hex())
    signature = sign_claim(claim, secret=secret)
    assert is_signed(claim, signature, key=public_key(secret))
    assert not is_signed(claim, signature, key=public_key(other))
    for changed in (
        HeadClaim("2026-11-24T00:00:00+00:00", claim.lanes, claim.previous),
        HeadClaim(claim.at, ((0, 6, "aa" * 32), claim.lanes[1]), claim.previous),
        HeadClaim(claim.at, claim.lanes, "00" * 32),
    ):
        assert not is_signed(changed, signature, key=public_key(secret)) and changed.digest() != claim.digest()
    assert signed_hashes([claim]) == {0: {5: b"\xaa" * 32}}
    document = json.loads(json.dumps(root_document(claim, signature, day="2026-11-23", key=public_key(secret))))
    assert read_root(document) == (claim, signature) and document["root"] == claim.digest().hex()
    with pytest.raises(ValueError):
        read_root({"head": {}})


# -- upon the database ---------------------------------------------------------------------


@pytest.fixture
def written(db):
    """Thirty entries in one lane, covered by a signed head."""
    for number in range(30):
        audit.record(
            by=BY,
            action="mpi.read",
            patient=f"p-{number % 3}",
            target=f"Patient/{number}",
            detail={"说明": "“引号” \\ \n \x01 \x7f 𠮷", "n": number},
        )
    audit.sign_head(now=timezone.now())
    return Lane.objects.get(seq__gt=0)


def bend(*statements):
    """Changes as someone would make them who owns the database: triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


BENT = {
    "content": ["UPDATE audit_entry SET patient = 'p-9' WHERE seq = 7"],
    "time": ["UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE seq = 7"],
    "emptied word": ["UPDATE audit_entry SET purpose = '' WHERE seq = 30"],
    "removed": ["DELETE FROM audit_entry WHERE seq = 7"],
    "first removed": ["DELETE FROM audit_entry WHERE seq = 1"],
    "end cut off": ["DELETE FROM audit_entry WHERE seq > 25"],
    "end cut off with the lane's head": [
        "DELETE FROM audit_entry WHERE seq > 25",
        "UPDATE audit_lane l SET seq = 25, hash = e.hash FROM audit_entry e WHERE e.lane = l.lane AND e.seq = 25",
    ],
    "everything removed": ["DELETE FROM audit_entry", "UPDATE audit_lane SET seq = 0"],
    "reordered": [
        "UPDATE audit_entry SET seq = 100 WHERE seq = 7",
        "UPDATE audit_entry SET seq = 7 WHERE seq = 8",
        "UPDATE audit_entry SET seq = 8 WHERE seq = 100",
    ],
    "inserted": [
        "INSERT INTO audit_entry SELECT lane, 31, at, actor_kind, actor, role, organization, purpose, channel,"
        " request_id, action, outcome, patient, target, detail, hash FROM audit_entry WHERE seq = 30"
    ],
    "head changed": ["UPDATE audit_signedhead SET lanes = jsonb_set(lanes, '{0,1}', '0')"],
    "head's signature changed": ["UPDATE audit_signedhead SET signature = sha256(signature) || sha256(digest)"],
}


@pytest.mark.parametrize("how", BENT)
def test_whatever_is_bent_in_the_database_is_seen(written, how):
    assert audit.verify().findings == ()
    bend(*BENT[how])
    assert audit.verify().findings


def test_an_end_that_is_cut_off_with_all_its_heads_is_seen_by_an_exported_root(written, settings, tmp_path):
    settings.JINLING_AUDIT_ROOTS = tmp_path / "roots"
    path = audit_usecases.export_root(timezone.localdate())
    assert path is not None and audit_usecases.export_root(timezone.localdate()) == path
    assert audit.verify(roots=audit.exported_roots()).findings == ()
    bend(*BENT["end cut off with the lane's head"], "DELETE FROM audit_signedhead")
    assert audit.verify().findings == ()
    kinds = {finding.kind for finding in audit.verify(roots=audit.exported_roots()).findings}
    assert {"truncated", "head_missing"} <= kinds


def test_a_forged_root_is_told_from_a_true_one(written, settings, tmp_path):
    document = audit.root_of(timezone.localdate())
    document["head"]["lanes"][0][1] += 1
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(document))
    assert [finding.kind for finding in audit.verify(roots=[forged]).findings] == ["head_forged"]


def test_a_missing_head_in_the_middle_is_seen(written):
    for number in range(2):
        audit.record(by=BY, action=("mpi.read", "mpi.update")[number])
        audit.sign_head(now=timezone.now())
    assert SignedHead.objects.count() == 3 and audit.verify().findings == ()
    middle = SignedHead.objects.order_by("id")[1].pk
    bend(f"DELETE FROM audit_signedhead WHERE id = {middle}")
    assert [finding.kind for finding in audit.verify().findings] == ["head_missing"]


def test_nothing_new_needs_no_new_head(written):
    assert audit.sign_head(now=timezone.now()) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET patient = ''",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_signedhead SET previous = ''",
        "DELETE FROM audit_signedhead",
        "TRUNCATE audit_signedhead",
    ],
)
def test_the_database_itself_refuses_change(written, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 30 and audit.verify().findings == ()


def test_what_cannot_be_told_does_not_happen(db):
    """The act and its entry stand in one transaction: a full disk or a broken log undoes the act."""
    from jinling.foundation.access import public as access
    from jinling.foundation.access.models import Account

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ADD CONSTRAINT no_room CHECK (action <> 'access.add_account')")
    with pytest.raises(DatabaseError), transaction.atomic():
        access.add_account(by=system("t"), username="li", password="plum-blossom-hill-7", roles=[])
    assert not Account.objects.exists() and not Entry.objects.exists()


FULL = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER no_space BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_space();
"""


def test_on_a_full_disk_nothing_is_read_written_or_opened(db, client):
    """Reading is an act too: no name is shown when nobody could be told that it was."""
    from jinling.foundation.access import public as access
    from jinling.foundation.access.models import Consent, EmergencyAccess
    from jinling.foundation.access.usecases import citizens as access_citizens
    from jinling.foundation.mpi import public as mpi, queries as mpi_queries

    [patient] = mpi.register_many(by=system("t"), people=list(mpi.synthetic_people(1, 5, ["320106"])))
    account = access_citizens.open_account(by=system("t"), mobile="13912345678")
    mpi.relate(by=system("t"), account=str(account.pk), patient=patient, relation="self", verified=True)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/people/").status_code == 200
    before, clinician = Entry.objects.count(), Actor(kind="account", id="c", role="clinician", purpose="TREAT")
    with connection.cursor() as cursor:
        cursor.execute(FULL)
    acts = {
        "read": lambda: mpi.shown(by=clinician, ids=[patient]),
        "change": lambda: mpi.update_mobile(by=clinician, patient=patient, mobile="13800001111"),
        "consent": lambda: access.give_consent(
            by=clinician, patient=str(patient), decision="deny", text="t", text_version="1"
        ),
        "emergency": lambda: access.open_emergency_access(
            by=clinician, patient=str(patient), reason="unconscious in the street", fresh=True
        ),
    }
    for name, act in acts.items():
        with pytest.raises(DatabaseError, match="No space left"), transaction.atomic():
            act()
            raise AssertionError(f"{name} went on without its entry")
    client.raise_request_exception = False
    with transaction.atomic():
        page = client.get("/people/")
        transaction.set_rollback(True)
    assert page.status_code >= 500 and "<li" not in page.content.decode().partition("rows mb-3")[2]
    assert Entry.objects.count() == before and not Consent.objects.exists() and not EmergencyAccess.objects.exists()
    assert mpi_queries.mobiles([str(patient)]) != {str(patient): "13800001111"}
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER no_space ON audit_entry")
    assert mpi.shown(by=clinician, ids=[patient]) and Entry.objects.count() == before + 1  # it goes on by itself


def test_searching_finds_and_leaves_an_entry_itself(written):
    start = timezone.now() - timezone.timedelta(hours=1)
    end = timezone.now() + timezone.timedelta(hours=1)
    auditor = Actor(kind="account", id="a-9", role="audit_admin", purpose="SUPERVISION")
    found = audit.search(by=auditor, since=start, until=end, patient="p-1", action="mpi.")
    assert len(found) == 10 and {entry.patient for entry in found} == {"p-1"}
    assert audit.search(by=auditor, since=start, until=end, actor="nobody") == []
    own = Entry.objects.filter(action="audit.search")
    assert {entry.actor for entry in own} == {"a-9"} and own.count() == 2
    assert [entry.patient for entry in audit.about_patient("p-1", limit=3)] == ["p-1"] * 3
