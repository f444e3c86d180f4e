"""What the JSON API names it also gives the code of: a name may change, and two may sound alike."""

from __future__ import annotations

from jinling.config.api import api

# An institution, a district, a department, a route, a channel: said by ``X`` or ``X_code`` beside ``X_name``.
CODED = ("organization", "district", "department", "clinic", "route", "channel", "issuer")


def test_a_name_in_an_answer_has_its_code_beside_it() -> None:
    shapes = api.get_openapi_schema()["components"]["schemas"]
    named = [
        (shape, field.removesuffix("_name"), set(described.get("properties", {})))
        for shape, described in shapes.items()
        for field in described.get("properties", {})
        if field.endswith("_name") and field.removesuffix("_name") in CODED
    ]
    assert len(named) >= 3
    assert [(shape, what) for shape, what, fields in named if not fields & {what, f"{what}_code"}] == []
