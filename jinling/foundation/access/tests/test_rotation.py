"""Keys change while they are in use: no request is refused between the first and the last."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory

from jinling.foundation.access import api_keys, public as access
from jinling.kernel.actor import system

BY = system("t")
CALLERS = 6


class Caller(threading.Thread):
    """A hospital's program: asks without a pause, with whatever key stands in ``held``."""

    def __init__(self, held: list[str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.held, self.stop, self.answers = held, stop, {True: 0, False: 0}

    def run(self) -> None:
        auth = access.ApiKeyAuth()
        while not self.stop.is_set():
            request = RequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {self.held[0]}")
            request.request_id = "rotation"
            self.answers[auth(request) is not None] += 1
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["hospital_client", "kiosk"])
def test_no_request_is_refused_while_keys_change_over(role, monkeypatch):
    monkeypatch.setattr(api_keys, "KEPT_FOR", 0.02)  # the database is asked again and again, as by many processes
    api_keys.forget_keys()
    client, first = access.add_client(by=BY, code="busy", name="Busy", role=role, rate_per_minute=10**9)
    held, stop = [first], threading.Event()
    callers = [Caller(held, stop) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    old, used = first, [first]
    try:
        for _ in range(5):
            newer = access.rotate_key(by=BY, client=client, overlap=timedelta(days=1))
            time.sleep(0.1)  # both are valid: callers go over one by one
            held[0] = newer
            time.sleep(0.1)
            access.revoke_keys(by=BY, client=client, prefix=old.split("_")[1])
            old = newer
            used.append(newer)
        time.sleep(0.1)
    finally:
        stop.set()
        for caller in callers:
            caller.join(10)
    answered = sum(caller.answers[True] for caller in callers)
    assert [caller.answers[False] for caller in callers] == [0] * CALLERS and answered > 500
    api_keys.forget_keys()
    request = RequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {used[0]}")
    assert access.ApiKeyAuth()(request) is None and len(set(used)) == 6
