"""The two tables of data collection and the table of release windows."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from tests.faults.laws import NOTHING, Course, Law, Manner, Steps, Stock, scattered
from tests.faults.scene import Moment, Scene, Table, by_size, canonical, reasons, reference
from tests.faults.seasons import days
from tests.faults.services import opening

RECORDS = Manner(spread=0.2, season=0.05, wander=0.03)
VISITS = Manner(spread=0.06, season=0.07)
STAYS = Manner(spread=0.06, season=0.05, busy=0.7)
PASSING = 0.01  # how often a rate has no return to compare with for one month


class Coverage:
    """Visits on the platform beside those of the statistical returns. Near 100 per cent a rate is sometimes above."""

    def __init__(self, scene: Scene, visits: int, rate: Any, manner: Manner, begins: int = 0) -> None:
        rng = self.rng = scene.rng
        self.reason = rate if isinstance(rate, str) else None
        share = rate / 100 if isinstance(rate, (int, float)) and rate else 1.0
        self.share, self.walk = share, 0.0
        self.returns = Course(rng, scene.chance(visits / share, 0.05), manner, scene.months, begins=begins)
        self.scatter = 0.03 if share > 0.5 else 0.1

    def draw(self, moment: Moment) -> tuple[int, Any, Law, Law | None, Law | None]:
        """Visits and rate with their laws, and the law of the returns that the two of them tell."""
        self.walk += self.rng.gauss(0, 0.01)
        returned, law = self.returns.draw(moment.number, moment.busy)
        if not returned:
            return 0, self.reason or 0, NOTHING, None if self.reason else NOTHING, None
        share = min(self.share * math.exp(self.walk), 1.08)
        visits = round(returned * share * self.rng.lognormvariate(0, self.scatter))
        seen = Law(law.middle * share, math.hypot(law.spread, self.scatter))
        if self.reason:
            return visits, self.reason, seen, None, None
        rate: Any = round(100 * visits / returned, 2)
        if self.rng.random() < PASSING:
            rate = reasons()["returns_missing"]
        near = 1 / max(seen.middle, 1) ** 0.5  # small counts move their rates
        return visits, rate, seen, Law(100 * share, math.hypot(self.scatter, near)), Law(law.middle / 100, law.spread)


class Sender:
    """A row of a collection table: what was declared and sent, the records, the days, visits and stays."""

    def __init__(self, scene: Scene, row: dict[str, Any], begins: int = 0) -> None:
        rng = self.rng = scene.rng
        self.required, self.begins, self.row = row["tables_required"], begins, row
        self.answers = begins or scene.months
        declared = row["tables_declared"]
        if isinstance(declared, int) or begins:
            level = declared if isinstance(declared, int) else rng.randint(20, 60)
            self.declared = Steps(rng, level, scene.months, chance=0.06, most=self.required)
        # Who sent no more than was declared goes on so; one hospital sends more.
        self.within = not isinstance(declared, int) or row["tables_uploaded"] <= declared
        sent = row["tables_uploaded"] or (rng.randint(10, 40) if begins else 0)
        self.sent = Steps(rng, sent, scene.months, chance=0.25, most=self.required or 85)
        records = row["records_loaded"] or (rng.randint(200_000, 3_000_000) if begins else 0)
        self.records = Course(rng, scene.chance(records), RECORDS, scene.months, begins=begins)
        self.missed = 31 - row["upload_days"] if row["upload_days"] else 1
        usual = (rng.randint(20_000, 90_000), 60.0, rng.randint(500, 4000), 80.0)
        visits, rate, stays, stay_rate = (
            usual
            if begins
            else (row["outpatient_visits"], row["outpatient_rate"], row["discharges"], row["discharge_rate"])
        )
        self.visits = Coverage(scene, visits, rate, VISITS, begins)
        self.stays = Coverage(scene, stays, stay_rate, STAYS, begins)

    def draw(self, moment: Moment) -> tuple[dict[str, Any], dict[str, Law]]:
        """The cells and their laws."""
        cells: dict[str, Any] = {"tables_required": self.required, "tables_declared": self.row["tables_declared"]}
        laws: dict[str, Law] = {"tables_required": Law(self.required or 0, 0.1, relative=False)}
        if isinstance(cells["tables_declared"], int) or (self.begins and moment.number >= self.begins):
            cells["tables_declared"], laws["tables_declared"] = self.declared.draw(moment.number)
        records, laws["records_loaded"] = self.records.draw(moment.number, moment.busy)
        cells["records_loaded"] = records
        if records:
            sent, law = self.sent.draw(moment.number)
            declared = cells["tables_declared"]
            most_sent = declared if self.within and isinstance(declared, int) else sent
            cells["tables_uploaded"] = min(sent, most_sent)
            laws["tables_uploaded"] = Law(min(law.middle, most_sent), law.spread, relative=False)
            most = days(moment.period)
            cells["upload_days"] = max(1, most - scattered(self.rng, self.missed + 0.2, 0.6))
            spread = math.sqrt(self.missed + 0.2 + (self.missed + 0.2) ** 2 * 0.36) + 0.3
            laws["upload_days"] = Law(most - self.missed, spread, relative=False)
        else:
            cells["tables_uploaded"] = cells["upload_days"] = 0
            laws["tables_uploaded"] = laws["upload_days"] = NOTHING
        for kind, count, rate in (
            (self.visits, "outpatient_visits", "outpatient_rate"),
            (self.stays, "discharges", "discharge_rate"),
        ):
            cells[count], cells[rate], laws[count], rated, told = kind.draw(moment)
            laws |= {rate: rated} if rated else {}
            laws |= {f"{count}/{rate}": told} if told else {}
        return cells, laws


class Deployed:
    """Browsers and hints at workstations: mostly as many of both; where there were none, they may come."""

    def __init__(self, scene: Scene, browsers: Any, hints: Any, begins: int = 0) -> None:
        self.begins, self.reason = begins, browsers if isinstance(browsers, str) else None
        level = scene.rng.randint(2, 300) if self.reason else browsers
        self.count = Steps(scene.rng, level, scene.months, chance=0.08)
        self.apart = 0 if self.reason else hints - browsers

    def draw(self, moment: Moment) -> tuple[dict[str, Any], dict[str, Law]]:
        """The cells and their laws."""
        if self.reason and not (self.begins and moment.number >= self.begins):
            return {"browsers_deployed": self.reason, "hints_deployed": self.reason}, {}
        count, law = self.count.draw(moment.number)
        cells = {"browsers_deployed": count, "hints_deployed": count + self.apart}
        laws = {"browsers_deployed": law, "hints_deployed": Law(count + self.apart, 0.1, relative=False)}
        return cells, laws


class CollectionByDistrict:
    """Data collection by district, most records first."""

    def __init__(self, scene: Scene) -> None:
        printed = reference()["collection_district"]
        self.columns, self.rows = printed["columns"], {}
        for values in printed["rows"]:
            row = dict(zip(self.columns, values, strict=True))
            self.rows[values[0]] = (
                Sender(scene, row),
                Deployed(scene, row["browsers_deployed"], row["hints_deployed"]),
                {each: Stock(scene.rng, scene.chance(row[each]), scene.months) for each in self.columns[10:13]},
            )

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows = []
        for name, (sender, deployed, stocks) in self.rows.items():
            cells, laws = sender.draw(moment)
            more, others = deployed.draw(moment)
            for column, stock in stocks.items():
                cells[column], laws[column] = stock.draw(moment.number)
            keep(moment, "collection_district", name, laws | others)
            rows.append([name, *((cells | more)[column] for column in self.columns[1:])])
        return {"columns": self.columns, "rows": by_size(rows, self.columns.index("records_loaded"), 0)}


class CollectionByHospital:
    """Data collection by hospital; one of those that send nothing begins, one more deploys browsers."""

    def __init__(self, scene: Scene) -> None:
        printed, rng = reference()["collection_hospital"], scene.rng
        self.columns, self.to_date, self.rows = printed["columns"], opening("collection_hospital"), {}
        self.unit = printed["cumulative_validated_records"].lstrip("0123456789.")
        idle = [values[0] for values in printed["rows"] if not values[4]]
        bare = [values[0] for values in printed["rows"] if isinstance(values[-1], str)]
        joins, deploys = rng.choice(idle), rng.choice(bare)
        for values in printed["rows"]:
            row = dict(zip(self.columns, values, strict=True))
            begins = scene.begins() if values[0] == joins else 0
            comes = scene.begins() if values[0] == deploys else 0
            self.rows[values[0]] = (
                Sender(scene, row, begins),
                Deployed(scene, row["browsers_deployed"], row["hints_deployed"], comes),
            )

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows = []
        for name, (sender, deployed) in self.rows.items():
            cells, laws = sender.draw(moment)
            more, others = deployed.draw(moment)
            keep(moment, "collection_hospital", name, laws | others)
            rows.append([name, *((cells | more)[column] for column in self.columns[1:])])
        self.to_date += sum(row[self.columns.index("records_loaded")] for row in rows)
        to_date = f"{self.to_date / 10**8:.1f}{self.unit}"
        return {"columns": self.columns, "rows": rows, "cumulative_validated_records": to_date}


class Release:
    """Release windows: words that stand for months; now and then an institution opens earlier or later."""

    def __init__(self, scene: Scene) -> None:
        printed = reference()["schedule_release"]
        self.rng: Random = scene.rng
        self.columns, self.rows = printed["columns"], [list(row) for row in printed["rows"]]
        self.words = [sorted({row[at] for row in self.rows}) for at in (2, 3)]

    def draw(self, moment: Moment) -> Table:
        """The table."""
        if moment.number and self.rng.random() < 0.2:
            at = self.rng.choice((2, 3, 3, 3))
            self.rng.choice(self.rows)[at] = self.rng.choice(self.words[at - 2])
        return {"columns": self.columns, "rows": [list(row) for row in self.rows]}


def keep(moment: Moment, table: str, row: str, laws: dict[str, Law]) -> None:
    """Keep a row's laws with the month's."""
    for column, law in laws.items():
        moment.laws[table, canonical(row), column] = law
