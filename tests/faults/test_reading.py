"""What is taken for a clean month here is one for the platform too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jinling.data.statistics.public import read_file
from jinling.foundation.directory import public as directory
from jinling.kernel.actor import system
from tests.faults.months import sequence


@pytest.mark.django_db
def test_the_platform_reads_clean_months(tmp_path: Path) -> None:
    directory.load_pack(by=system("tests"))
    file = tmp_path / "month.json"
    for month in (month for seed in range(3) for month in sequence(seed, 24)[::6]):
        file.write_text(json.dumps(month.document), encoding="utf-8")
        read = read_file(file)
        assert str(read.period) == month.document["period"]
        assert list(read.tables) == list(month.document["tables"])
