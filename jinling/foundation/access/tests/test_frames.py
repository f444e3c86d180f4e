"""Whose pages may show the platform's in a frame: named by institution, everyone else is kept out."""

from __future__ import annotations

import pytest
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware

from jinling.foundation.access import (
    guards as access_guards,
    public as access,
    queries as access_queries,
)
from jinling.foundation.access.rules import refusals as access_refusals
from jinling.foundation.access.rules.origins import normal_origin
from jinling.foundation.audit.models import Entry
from jinling.kernel.actor import Actor, system

BY = system("t")


@access_guards.embeddable
def page(request):
    return HttpResponse("a record")


def shown(rf, organization):
    """The page through the two middlewares that say who may frame it."""
    request = rf.get("/")
    if organization is not None:
        request.actor = Actor(kind="account", id="1", role="clinician", organization=organization)
    return XFrameOptionsMiddleware(CSPMiddleware(page))(request)


@pytest.mark.django_db
def test_each_hospital_frames_from_its_own_sites_only(rf):
    assert (
        access.allow_frame(by=BY, organization="H1", origin="https://HIS.one.example:443/") == "https://his.one.example"
    )
    access.allow_frame(by=BY, organization="H1", origin="https://emr.one.example:8443")
    access.allow_frame(by=BY, organization="H2", origin="https://his.two.example")
    first, second = shown(rf, "H1"), shown(rf, "H2")
    assert (
        "frame-ancestors https://emr.one.example:8443 https://his.one.example;"
        in first["Content-Security-Policy"] + ";"
    )
    assert "one.example" not in second["Content-Security-Policy"]
    assert "X-Frame-Options" not in first  # that header knows no list
    access.forbid_frame(by=BY, organization="H2", origin="https://his.two.example")
    for stranger in ("H2", "H3", "", None):
        kept_out = shown(rf, stranger)
        assert "frame-ancestors 'none'" in kept_out["Content-Security-Policy"]
        assert kept_out["X-Frame-Options"] == "DENY"
    told = list(Entry.objects.values_list("action", "organization"))
    assert sorted(told) == [("access.allow_frame", "H1")] * 2 + [
        ("access.allow_frame", "H2"),
        ("access.forbid_frame", "H2"),
    ]


@pytest.mark.django_db
def test_saying_it_twice_changes_nothing_and_what_was_not_said_is_not_taken_back():
    for _ in range(2):
        access.allow_frame(by=BY, organization="H1", origin="https://his.one.example")
    assert access.frames() == [("H1", "https://his.one.example")] and Entry.objects.count() == 1
    with pytest.raises(access_refusals.OriginUnknown):
        access.forbid_frame(by=BY, organization="H2", origin="https://his.one.example")
    assert access_queries.frame_ancestors("H1") == ("https://his.one.example",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    ["", "*", "https://*", "https://*.one.example", "http://his.one.example", "https://his.one.example/page",
     "https://a.example https://b.example", "https://a.example; script-src *", "https://a.example:99999",
     "javascript:alert(1)", "https://user@a.example", "https://a.example\nx", "data:", "'self'",
     "https://" + "a" * 300],
)  # fmt: skip
def test_what_is_no_origin_is_refused(wrong):
    assert normal_origin(wrong) == ""
    with pytest.raises(access_refusals.OriginInvalid):
        access.allow_frame(by=BY, organization="H1", origin=wrong)
    assert access.frames() == [] and not Entry.objects.exists()
