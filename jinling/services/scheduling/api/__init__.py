"""Scheduling's JSON API, for partners and hospitals."""

from ninja import Router

router = Router(tags=["scheduling"])
