"""Rules about tables: keys between contexts, and every noun in the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.reading import ROOT

# The user model is foundation's; third-party packages declare their own keys to it.


def our_models() -> list[type[models.Model]]:
    """Every model of the platform, without the tables Django makes for many-to-many fields."""
    return [model for model in apps.get_models() if model.__module__.startswith("jinling.")]


def shelf(model: type[models.Model]) -> str:
    """The shelf a model stands on; third-party models have none."""
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "jinling" else ""


def faulty_keys(found: list[type[models.Model]]) -> Iterator[str]:
    """Keys that leave their context for another place than foundation, or that can be walked backwards."""
    for model in found:
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField) or field.model is not model:
                continue
            target = field.related_model
            if target._meta.app_label == model._meta.app_label:
                continue
            name = f"{model._meta.label}.{field.name}"
            if shelf(target) != "foundation" and target._meta.label not in ("auth.Group", "auth.Permission"):
                yield f"{name}: a key to {target._meta.label} leaves its context; keep the id and ask its public"
            elif field.remote_field.related_name != "+":
                yield f'{name}: a key out of the context says related_name="+"'


def glossary() -> frozenset[str]:
    """The nouns that GLOSSARY.md explains."""
    return frozenset(re.findall(r"^\*\*([A-Za-z]+)\*\*", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.M))


def test_keys_leave_a_context_only_towards_foundation() -> None:
    assert list(faulty_keys(our_models())) == []


@isolate_apps("jinling.services.scheduling", "jinling.data.statistics", "jinling.foundation.directory")
def test_planted_keys_are_found() -> None:
    class Bulletin(models.Model):
        class Meta:
            app_label = "statistics"

    class District(models.Model):
        class Meta:
            app_label = "directory"

    District.__module__ = "jinling.foundation.directory.models"
    Bulletin.__module__ = "jinling.data.statistics.models"

    class Seat(models.Model):
        printed_in = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="+")
        district = models.ForeignKey(District, on_delete=models.CASCADE)
        home = models.ForeignKey(District, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "scheduling"

    faults = list(faulty_keys([Seat]))
    assert len(faults) == 2
    assert "leaves its context" in faults[0]
    assert "related_name" in faults[1]


def test_every_model_stands_in_the_glossary() -> None:
    assert sorted({model.__name__ for model in our_models()} - glossary()) == []


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_says_what_it_is(model: type[models.Model]) -> None:
    assert (model.__doc__ or "").strip() and not (model.__doc__ or "").startswith(f"{model.__name__}(")
