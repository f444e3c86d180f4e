"""The JSON API as a partner and a hospital use it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from jinling.foundation.access import public as access
from jinling.foundation.directory import public as directory
from jinling.foundation.mpi import public as mpi
from jinling.services.scheduling.models import Appointment, Pool
from jinling.services.scheduling.testing import BY, Hospital, a_hospital, a_session, some_patients

pytestmark = pytest.mark.django_db


class Caller:
    """A client with a key."""

    def __init__(
        self, *, role: str = "partner", channel: str = "app", organization: str = "", rate: int = 6000
    ) -> None:
        _client, self.key = access.add_client(
            by=BY,
            code=f"c-{uuid4().hex[:8]}",
            name="Caller",
            role=role,
            channel=channel,
            organization=organization,
            rate_per_minute=rate,
        )

    def __call__(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": key} if key else {})
        response = Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        assert response["X-Request-Id"]
        return response.status_code, json.loads(response.content) if response.content else None


def booking(session: int, patient: Any) -> dict[str, Any]:
    return {"session": session, "patient": str(patient)}


def test_a_partner_searches_books_and_cancels() -> None:
    hospital = a_hospital()
    session = a_session(hospital, capacity=3)
    call = Caller()
    assert {"code": "app", "name": "app", "kind": "online", "audience": "public"} in call("GET", "/routes")[1]
    assert hospital.code in [h["code"] for h in call("GET", "/hospitals")[1]]
    assert [c["id"] for c in call("GET", f"/hospitals/{hospital.code}/clinics")[1]] == [hospital.clinic]
    status, page = call("GET", f"/sessions?organization={hospital.code}")
    assert (status, [(s["id"], s["left"], s["state"]) for s in page["items"]]) == (200, [(session, 3, "open")])
    (person,) = mpi.synthetic_people(count=1, seed=77, prefixes=["320104"])
    asked = {"name": person.name, "system": person.identifiers[0].system, "value": person.identifiers[0].value}
    status, patient = call("POST", "/patients", asked)
    assert status == 200 and call("POST", "/patients", asked)[1] == patient
    status, taken = call("POST", "/appointments", booking(session, patient["id"]), key="k1")
    assert (status, taken["number"], taken["repeated"]) == (201, 1, False)
    assert call("POST", "/appointments", booking(session, patient["id"]), key="k1")[1] == {**taken, "repeated": True}
    status, seen = call("GET", f"/appointments/{taken['id']}")
    assert (status, seen["status"], seen["number"]) == (200, "booked", 1)
    assert person.name not in json.dumps(seen, ensure_ascii=False)
    status, ended = call("POST", f"/appointments/{taken['id']}/cancel", key="k2")
    assert (status, ended["status"]) == (200, "cancelled")
    assert call("POST", f"/appointments/{taken['id']}/cancel", key="k2")[0] == 200
    assert Pool.objects.get(session_id=session).taken == 0


def test_every_refusal_is_problem_json_with_a_code_and_changes_nothing() -> None:
    hospital, people = a_hospital(), some_patients(2)
    session = a_session(hospital, capacity=1)
    call = Caller()
    assert call("POST", "/appointments", booking(session, people[0]))[1]["code" if False else "title"] == (
        "idempotency_key_missing"
    )
    assert call("POST", "/appointments", booking(session, people[0]), key="a")[0] == 201
    before = Appointment.objects.count()
    for body, key, status, title in (
        (booking(session, people[1]), "b", 409, "session_full"),
        (booking(session, people[1]), "a", 422, "idempotency_key_reused"),
        (booking(10**15, people[1]), "c", 404, "session_unknown"),
        (booking(session, uuid4()), "d", 422, "patient_unknown"),
        (booking(-1, people[1]), "e", 422, "invalid_request"),
        ({"session": "x"}, "f", 422, "invalid_request"),
        (booking(session, people[1]) | {"segment": 99}, "g", 409, "segment_full"),
    ):
        got, problem = call("POST", "/appointments", body, key=key)
        assert (got, problem["title"], problem["status"]) == (status, title, status)
        assert problem["request_id"] and problem["detail"]
    assert Appointment.objects.count() == before
    assert Client().get("/api/v1/sessions").status_code == 401
    assert Client().get("/api/v1/sessions", headers={"Authorization": "Bearer jl_nonsense"}).status_code == 401


def test_a_client_sees_only_what_it_booked_and_its_rate_is_held() -> None:
    session, (patient,) = a_session(a_hospital()), some_patients(1)
    one, other = Caller(), Caller(rate=2)
    taken = one("POST", "/appointments", booking(session, patient), key="k")[1]
    assert other("GET", f"/appointments/{taken['id']}")[0] == 404
    assert other("POST", f"/appointments/{taken['id']}/cancel", key="k")[0] == 404
    status, problem = other("GET", "/routes")
    assert (status, problem["title"]) == (429, "too_many_requests")
    assert Appointment.objects.get(pk=taken["id"]).status == "booked"


def test_a_batch_gives_one_outcome_each() -> None:
    session, people = a_session(a_hospital(), capacity=2), some_patients(3)
    call = Caller()
    body = {"requests": [booking(session, p) | {"key": f"b{n}"} for n, p in enumerate(people)]}
    status, answer = call("POST", "/appointments/batch", body)
    assert status == 200
    assert [o["appointment"]["number"] if o["appointment"] else o["refused"]["title"] for o in answer["outcomes"]] == [
        1,
        2,
        "session_full",
    ]
    again = call("POST", "/appointments/batch", body)[1]
    assert [o["appointment"]["id"] for o in again["outcomes"][:2]] == [
        o["appointment"]["id"] for o in answer["outcomes"][:2]
    ]
    assert all(o["appointment"]["repeated"] for o in again["outcomes"][:2])


def a_hospital_caller(hospital: Hospital) -> Caller:
    return Caller(role="hospital_client", channel="desk", organization=hospital.code)


def test_a_hospital_publishes_follows_checks_in_and_closes() -> None:
    hospital, people = a_hospital(), some_patients(3)
    call, partner = a_hospital_caller(hospital), Caller()
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    published = {
        "sessions": [{"clinic": "C1", "date": day, "part": "am", "starts": "08:00", "ends": "11:30", "capacity": 2}]
    }
    status, made = call("POST", "/sessions", published, key="p")
    assert status == 201 and call("POST", "/sessions", published, key="p")[1] == made
    unknown = {"sessions": [published["sessions"][0] | {"part": "pm", "practitioner": "D9"}]}
    status, problem = call("POST", "/sessions", unknown, key="d")
    assert (status, problem["title"]) == (404, "practitioner_unknown")
    assert "D9" in problem["detail"] and directory.get(hospital.code).name in problem["detail"]
    (session,) = made["ids"]
    assert call("PUT", f"/sessions/{session}/capacity", {"capacity": 3})[0] == 204
    taken = [partner("POST", "/appointments", booking(session, p), key=str(p))[1] for p in people]
    assert [t["number"] for t in taken] == [1, 2, 3]
    assert call("PUT", f"/sessions/{session}/capacity", {"capacity": 2})[1]["title"] == "capacity_taken"
    status, page = call("GET", "/hospital/appointments?limit=2")
    assert (
        len(page["items"]) == 2 and len(call("GET", f"/hospital/appointments?cursor={page['next']}")[1]["items"]) == 1
    )
    assert call("POST", f"/hospital/appointments/{taken[0]['id']}/check-in")[1]["title"] == "check_in_too_early"
    assert call("POST", f"/hospital/appointments/{taken[0]['id']}/cancel")[1]["status"] == "cancelled"
    status, closed = call("POST", f"/sessions/{session}/close", {"reason": "doctor ill"})
    assert (status, closed) == (200, {"suspended": 2})
    stranger = a_hospital_caller(a_hospital())
    assert stranger("POST", f"/sessions/{session}/close", {"reason": "x"})[0] == 404
    assert stranger("POST", f"/hospital/appointments/{taken[1]['id']}/cancel")[0] == 404
    assert partner("POST", "/sessions", published, key="z")[0] == 403
