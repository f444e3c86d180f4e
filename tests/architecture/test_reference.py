"""The reference pages say what the code says, and the lock holds what pyproject asks for."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from jinling.data.collection.catalogue.reading import catalogue
from jinling.data.collection.catalogue.templates import manual_index
from tests.architecture import reference
from tests.architecture.reading import ROOT


def test_the_page_of_commands_is_fresh() -> None:
    assert reference.COMMANDS.read_text(encoding="utf-8") == reference.commands_page(), "run: make reference"


def test_every_setting_is_explained_and_no_other() -> None:
    assert reference.settings_on_page() == reference.settings_in_code()


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert dead == []


def locked() -> dict[str, str]:
    """``{package: version}`` of requirements.lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return {
        canonicalize_name(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.M)
    }


def test_the_lock_holds_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = locked()
    stale = []
    for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        asked = Requirement(line)
        found = versions.get(canonicalize_name(asked.name))
        if found is None or not asked.specifier.contains(found, prereleases=True):
            stale.append(f"{line} (locked: {found}); run: make lock")
    assert stale == []


def test_every_locked_package_is_pinned_by_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    packages = [block for block in blocks if re.match(r"[A-Za-z0-9._-]+==", block)]
    assert len(packages) == len(re.findall(r"^[A-Za-z0-9._-]+==", text, re.M)) > 50
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []


def test_the_page_of_data_sets_is_fresh() -> None:
    page = (ROOT / "docs" / "reference" / "data-sets.md").read_text(encoding="utf-8")
    assert page == manual_index(catalogue()), "run: make reference"
