"""What an upgraded database says and can do, as one JSON line: ``python -m tests.upgrades.look FACTS``.

A process of its own, because the database, the keys and the city belong to a process.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main(facts: dict[str, Any]) -> dict[str, Any]:
    """Look first, then book: what is counted is what the upgrade left."""
    from jinling.config.tests.test_wall import NOT_READ_FOR_A_PERSON, columns_of_patients, policies
    from jinling.data.statistics import public as statistics
    from jinling.foundation.audit import public as audit
    from jinling.foundation.mpi import public as mpi
    from jinling.kernel.actor import system
    from jinling.services.scheduling import public as scheduling

    executor = MigrationExecutor(connection)
    person, by = facts["person"], system("upgrade", purpose="BOOKING")
    found = mpi.find(system=person["system"], value=person["value"])
    verified = audit.verify()
    tables = statistics.document(statistics.bulletin("2018-05", only=list(facts["figures"])))["tables"]
    seen: dict[str, Any] = {
        "pending": [str(step) for step, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())],
        "patient": str(found),
        "name": mpi.shown(by=by, ids=[UUID(str(found))], masked=False)[UUID(str(found))].name,
        "audit": {"entries": verified.entries, "heads": verified.heads, "findings": list(verified.findings)},
        "long_ago": _refusal("1999-01"),
        "figures": {name: table["rows"] for name, table in tables.items()},
        "open_to_all": sorted(set(columns_of_patients()) - set(policies()) - set(NOT_READ_FOR_A_PERSON)),
    }
    day = scheduling.today() + timedelta(days=9)
    scheduling.generate(by=by, until=day)
    route, patient = facts["route"], UUID(person["patient"])
    still_open = scheduling.find_sessions(route=route, organization=facts["hospital"], date_from=day, date_to=day)
    asked = scheduling.BookingRequest(session=still_open[0].id, patient=patient, route=route)
    taken = scheduling.book(by=by, request=asked)
    seen["booked"] = taken.number
    seen["audit_after"] = len(audit.verify().findings)
    return seen


def _refusal(period: str) -> str:
    """The code by which a month's bulletin is refused; empty where there is one."""
    from jinling.data.statistics import public as statistics
    from jinling.kernel.outcomes import Refused

    try:
        statistics.bulletin(period)
    except Refused as refused:
        return refused.code
    return ""


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), ensure_ascii=False, default=str))
