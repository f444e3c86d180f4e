"""The commands client, account, frames, permissions and messages as a stranger types them, rightly and wrongly."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import load_command_class
from django.utils import timezone, translation
from joserfc.jwk import ECKey

from jinling.foundation.access import public as access
from jinling.foundation.access.api_keys import forget_keys
from jinling.foundation.access.contacts import CONTACTS
from jinling.foundation.access.models import Account, ApiClient, ApiKey, Assignment, FrameAncestor
from jinling.foundation.access.queries import grant_of_key
from jinling.foundation.access.usecases import citizens as access_citizens
from jinling.foundation.audit.models import Entry
from jinling.foundation.directory.models import Organization, OrganizationAlias
from jinling.foundation.messaging import public as messaging
from jinling.kernel.actor import system

pytestmark = pytest.mark.django_db
APPS = {"messages": "jinling.foundation.messaging"}


@pytest.fixture
def typed(monkeypatch, capsys, settings):
    """Type a command; gives exit code, stdout and stderr."""
    settings.JINLING_PREPARATION = "builtins.dict"  # the database of the test is prepared
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)

    def run(*words: str) -> tuple[int, str, str]:
        command = load_command_class(APPS.get(words[0], "jinling.foundation.access"), words[0])
        status = 0
        try:
            with translation.override("en"):
                command.run_from_argv(["jinling", *words])
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
        told = capsys.readouterr()
        return status, told.out, told.err

    forget_keys()
    return run


# -- client --------------------------------------------------------------------------------


def test_a_client_is_added_listed_rotated_and_revoked(typed):
    status, key, talk = typed("client", "add", "quick", "--channel", "quick_12320", "--rate", "60")
    assert status == 0 and "once" in talk and key.strip() not in talk
    assert grant_of_key(key.strip(), now=timezone.now())[1].actor.channel == "quick_12320"
    status, listed, _talk = typed("client", "list", "--json")
    [row] = json.loads(listed)
    assert (row["code"], row["role"], row["rate_per_minute"], len(row["keys"])) == ("quick", "partner", 60, 1)
    assert key.strip() not in listed and row["keys"][0]["prefix"] in key
    _status, second, _talk = typed("client", "rotate", "quick", "--overlap-days", "1", "--json")
    newer = json.loads(second)["key"]
    assert all(grant_of_key(one, now=timezone.now()) for one in (key.strip(), newer))
    assert typed("client", "list")[1].split("\t")[0] == "quick"
    status, told, _talk = typed("client", "revoke", "quick", "--prefix", row["keys"][0]["prefix"], "--json")
    assert status == 0 and json.loads(told) == {"client": "quick", "revoked": 1}
    assert grant_of_key(key.strip(), now=timezone.now()) is None and grant_of_key(newer, now=timezone.now())
    assert typed("client", "revoke", "quick")[0] == 0 and grant_of_key(newer, now=timezone.now()) is None


def test_a_public_key_is_trusted_from_a_file_and_a_private_one_is_not(typed, tmp_path):
    typed("client", "add", "h1", "--role", "hospital_client", "--organization", "H1")
    key, file = ECKey.generate_key("P-256"), tmp_path / "key.json"
    file.write_text(json.dumps(key.as_dict(private=False)), encoding="utf-8")
    status, told, _talk = typed("client", "trust", "h1", str(file), "--json")
    kid = json.loads(told)["kid"]
    assert status == 0 and [known["kid"] for known in ApiClient.objects.get().public_keys] == [kid]
    key_of = ApiClient.objects.get().public_keys[0]
    for other in (
        "-tZTzUxHOZt22zem88ZufFTiZ4LxqQkhdCGh0Vs8rzQ",
        "-house-key",
        "--ZTzUxHOZt22zem88ZufFTiZ4LxqQkhdCGh0Vs8rzQ",
    ):
        file.write_text(json.dumps({**key_of, "kid": other}), encoding="utf-8")
        assert typed("client", "trust", "h1", str(file))[:2] == (0, f"{other}\n")
        assert typed("client", "distrust", "h1", other, "--json")[0] == 0  # a leading hyphen makes no switch of it
    assert typed("client", "distrust", "h1", kid)[:2] == (0, f"{kid}\n") and ApiClient.objects.get().public_keys == []
    status, _out, talk = typed("client", "distrust", "h1", kid)
    assert status == 1 and kid in talk
    file.write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
    status, _out, talk = typed("client", "trust", "h1", str(file))
    assert status == 1 and "public half" in talk and ApiClient.objects.get().public_keys == []
    for content in ("{", None):
        place = tmp_path / "none.json"
        if content:
            place.write_text(content, encoding="utf-8")
        status, _out, talk = typed("client", "trust", "h1", str(place))
        assert status == 1 and "none.json" in talk


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "quick"), "quick"),  # the name is taken
        (("add", "other", "--role", "clinician"), "clinician"),
        (("add", "other", "--role", "nobody"), "partner"),  # which roles there are
        (("add", "other", "--scope", "audit.search"), "audit.search"),
        (("rotate", "nobody"), "client list"),
        (("revoke", "nobody"), "nobody"),
        (("distrust", "nobody", "k"), "nobody"),
        (("add", "other", "--rate", "0"), "rate_per_minute"),
        (("add", "other", "--rate", "-5"), "rate_per_minute"),
        (("add", "other", "--days", "-1"), "days"),
        (("add", "x" * 41), "code"),
        (("add", "two words"), "code"),
        (("add", "other", "--name", "n" * 101), "name"),
        (("rotate", "quick", "--overlap-days", "-1"), "overlap"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_changes(typed, words, said):
    typed("client", "add", "quick")
    before = list(ApiKey.objects.values()), list(ApiClient.objects.values()), Entry.objects.count()
    status, out, talk = typed("client", *words)
    assert status == 1 and out == "" and said in talk and "Traceback" not in talk
    status, out, talk = typed("client", *words, "--json")
    assert status == 1 and json.loads(out)["refused"]
    assert (list(ApiKey.objects.values()), list(ApiClient.objects.values()), Entry.objects.count()) == before


@pytest.mark.parametrize(
    "words",
    [
        ("client",), ("client", "ad"), ("client", "add"), ("client", "add", "x", "--rate", "many"),
        ("client", "add", "x", "--audience", "all"), ("client", "add", "x", "y"), ("client", "trust", "x"),
        ("client", "list", "--jason"), ("account",), ("account", "add"), ("account", "remove", "li"),
        ("account", "list", "li"), ("frames",), ("frames", "allow", "H1"), ("frames", "list", "x"),
        ("messages",), ("messages", "all"), ("messages", "counts", "x"), ("permissions", "x"),
    ],
)  # fmt: skip
def test_what_is_typed_wrongly_is_exit_2_with_the_usage(typed, words):
    status, out, talk = typed(*words)
    assert (status, out) == (2, "") and talk.startswith(f"usage: jinling {words[0]}")
    assert not ApiClient.objects.exists() and not Account.objects.exists() and not FrameAncestor.objects.exists()


# -- account -------------------------------------------------------------------------------


def test_an_account_is_added_listed_and_given_roles(typed):
    words = ("account", "add", "li", "--name", "Li", "--organization", "H1", "--role", "clinician", "--json")
    status, told, talk = typed(*words)
    made = json.loads(told)
    assert status == 0 and made["username"] == "li" and made["password"] not in talk
    assert Account.objects.get().check_password(made["password"])
    status, told, _talk = typed("account", "roles", "li", "--give", "community_admin", "--scope", "320106", "--json")
    assert status == 0 and {"role": "community_admin", "scope": "320106"} in json.loads(told)
    [row] = json.loads(typed("account", "list", "--json")[1])
    assert row["roles"] == ["clinician", "community_admin@320106"] and row["organization"] == "H1"
    assert "community_admin@320106" in typed("account", "list")[1]
    typed("account", "roles", "li", "--take", "clinician")
    assert [held.role for held in Assignment.objects.all()] == ["community_admin"]
    roles = {row["role"]: row for row in json.loads(typed("account", "roles", "--json")[1])}
    assert set(roles) == set(access.roles()) and roles["clinician"]["kind"] == "staff"
    status, password, _talk = typed("account", "add", "wu")
    assert re.fullmatch(r"[0-9a-f]{6}(-[0-9a-f]{6}){2}\n", password)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "li"), "li"),
        (("add", "wu", "--role", "boss"), "clinician"),
        (("add", "wu", "--role", "kiosk"), "kiosk"),
        (("add", "wu", "--role", "system_admin", "--role", "audit_admin"), "system_admin"),
        (("add", "w" * 151), "username"),
        (("add", "two words"), "username"),
        (("add", "wu", "--organization", "o" * 41), "organization"),
        (("roles", "nobody", "--give", "clinician"), "account list"),
        (("roles", "li", "--take", "audit_admin"), "audit_admin"),
        (("roles", "li", "--give", "regulator", "--give", "boss"), "boss"),
    ],
)
def test_an_account_that_cannot_be_is_refused(typed, words, said):
    typed("account", "add", "li")
    before = list(Account.objects.values()), list(Assignment.objects.values("role"))
    status, out, talk = typed("account", *words)
    assert status == 1 and out == "" and said in talk and "Traceback" not in talk
    assert (list(Account.objects.values()), list(Assignment.objects.values("role"))) == before


def test_notices_reach_an_account_at_the_number_that_was_typed(typed, monkeypatch):
    typed("account", "add", "li")
    monkeypatch.setattr("sys.stdin", io.StringIO("138 1234 5678\n"))
    status, out, talk = typed("account", "mobile", "li")
    account = Account.objects.get()
    assert (status, out) == (0, "") and "1381234" not in talk
    assert access.mobile_of(account) == "13812345678" and CONTACTS["account"]([str(account.pk)])
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    status, out, talk = typed("account", "mobile", "li")
    assert status == 1 and "Traceback" not in talk and access.mobile_of(Account.objects.get()) == "13812345678"
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert typed("account", "mobile", "li")[0] == 0 and access.mobile_of(Account.objects.get()) == ""
    citizen = access_citizens.open_account(by=system("tests"), mobile="13900000001")
    assert typed("account", "mobile", citizen.username)[0] == 1


# -- frames --------------------------------------------------------------------------------


@pytest.fixture
def hospital():
    made = Organization.objects.create(
        code="H1", name="First Hospital", name_en="First Hospital", kind="hospital", ownership="municipal",
        pinyin="first", search="first")  # fmt: skip
    OrganizationAlias.objects.create(organization=made, name=made.name, key="firsthospital", source="name")
    return made


def test_frames_are_allowed_by_a_hospitals_name_and_taken_back(typed, hospital):
    assert typed("frames", "allow", "First Hospital", "https://his.one.example/")[:2] == (
        0,
        "H1\thttps://his.one.example\n",
    )
    assert json.loads(typed("frames", "list", "--json")[1]) == [
        {"organization": "H1", "origin": "https://his.one.example"}
    ]
    assert typed("frames", "list")[1] == "H1\thttps://his.one.example\n"
    status, told, _talk = typed("frames", "forbid", "H1", "https://his.one.example", "--json")
    assert status == 0 and json.loads(told)["allowed"] is False and access.frames() == []
    for words, said in (
        (("forbid", "H1", "https://his.one.example"), "frames list"),
        (("allow", "H1", "http://his.one.example"), "HTTPS"),
        (("allow", "H9", "https://his.one.example"), "H9"),
    ):
        status, out, talk = typed("frames", *words)
        assert (status, out) == (1, "") and said in talk
    assert not FrameAncestor.objects.exists()


# -- messages and permissions --------------------------------------------------------------


def test_notices_are_counted_without_their_text_or_address(typed):
    messaging.send(
        by=system("t"),
        to=messaging.Recipient("address", "13912345678"),
        template="access.sign_in_code",
        fields={"code": "428571", "minutes": 5},
    )
    status, told, _talk = typed("messages", "counts", "--json")
    [row] = json.loads(told)
    assert status == 0 and (row["template"], row["status"], row["messages"]) == ("access.sign_in_code", "queued", 1)
    plain = typed("messages", "counts")[1]
    assert "access.sign_in_code\tqueued" in plain
    assert "13912345678" not in told + plain and "428571" not in told + plain
    wordings = json.loads(typed("messages", "templates", "--json")[1])
    assert {row["language"] for row in wordings} == {"en", "zh-hans"}


def test_the_matrix_is_printed_for_people_and_programs(typed, tmp_path):
    cells = json.loads(typed("permissions", "--json")[1])
    assert len(cells) > 1000 and set(cells[0]) == {"address", "method", "role", "relation", "allowed"}
    file = tmp_path / "permissions.md"
    status, out, _talk = typed("permissions", "-o", str(file))
    assert (status, out) == (0, "") and file.read_text("utf-8") == typed("permissions")[1]
    status, _out, talk = typed("permissions", "-o", str(tmp_path / "nowhere" / "permissions.md"))
    assert status == 1 and "nowhere" in talk and not (tmp_path / "nowhere").exists()
