"""Pages of cards: citizens see their own and show their code; counters issue, replace, take in spreadsheets."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_noop

from jinling.kernel.sockets import MenuItem, Way
from jinling.services.cards import rights
from jinling.services.cards.pages import batches, counter, own

MENU = (
    MenuItem("citizen", gettext_noop("My cards"), "cards:own", icon="card", order=40),
    MenuItem("staff", gettext_noop("Cards"), "cards:counter", icon="card", order=70, permission=rights.READ),
    MenuItem("staff", gettext_noop("Card batches"), "cards:batches", icon="list", order=71, permission=rights.ISSUE),
)
WAYS = (Way("cards_of", "cards:holder"),)
_patterns = [
    path("cards/", own.cards, name="own"),
    path("cards/apply/", own.apply_for, name="apply"),
    path("cards/<uuid:card>/withdraw/", own.withdraw, name="withdraw"),
    path("cards/<uuid:card>/code/", own.code, name="code"),
    path("cards/<uuid:card>/lost/", own.lost, name="lost"),
    path("staff/cards/", counter.counter, name="counter"),
    path("staff/cards/of/<uuid:patient>/", counter.holder, name="holder"),
    path("staff/cards/<uuid:card>/<slug:step>/", counter.step, name="step"),
    path("staff/card-batches/", batches.batches, name="batches"),
    path("staff/card-batches/template/", batches.empty_sheet, name="empty_sheet"),
    path("staff/card-batches/<uuid:batch>/", batches.batch, name="batch"),
    path("staff/card-batches/<uuid:batch>/left-out.xlsx", batches.left_out, name="left_out"),
]
urlpatterns = [path("", include((_patterns, "cards")))]
