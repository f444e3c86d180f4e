"""The tables of services: hotline, bookings, cards, routes, reports, kiosks, family doctors, mothers and children."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.faults.laws import NOTHING, Course, Law, Manner, Steps, scattered
from tests.faults.scene import (
    Moment,
    Scene,
    Table,
    by_size,
    canonical,
    layout,
    numbered,
    organizations,
    reference,
)

CALLS = Manner(spread=0.1, season=0.08, busy=0.7)
BOOKINGS = Manner(spread=0.09, season=0.08, wander=0.025)
CARDS = Manner(spread=0.13, season=0.1, wander=0.03)
REPORTS = Manner(spread=0.08, season=0.05)
BIRTHS = Manner(spread=0.1, season=0.12, busy=0.6)
KIOSKS = Manner(spread=0.1, season=0.06)
SHARED = 0.04  # what all counts of an institution share in a month
CHANNELS = ("online_12320", "phone", "in_clinic", "third_party")
# Who belongs to a column of the booking table; the rest of the listed routes are third parties.
ONLINE_ROUTES = (0, 1, 4, 5, 9)


class Hotline:
    """Calls by kind; bookings by telephone are those of the booking table."""

    def __init__(self, scene: Scene) -> None:
        rows = reference()["hotline"]["rows"]
        self.courses = {kind: Course(scene.rng, scene.chance(n), CALLS, scene.months) for kind, n in rows}

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows = []
        for kind, course in self.courses.items():
            count, law = course.draw(moment.number, moment.busy)
            if kind == "phone_booking":
                count = sum(moment.column("booking_by_hospital", "phone").values())
                law = Law(count, 0.03)
            rows.append([kind, count])
            moment.laws["hotline", kind, "count"] = law
        return {"columns": ["kind", "count"], "rows": rows, "printed_total": sum(row[1] for row in rows)}


class HotlineByCity:
    """Calls by city; the first is the city's own total."""

    def __init__(self, scene: Scene) -> None:
        rows = reference()["hotline_by_city"]["rows"]
        self.own = rows[0][0]
        self.courses = {city: Course(scene.rng, scene.chance(n), CALLS, scene.months) for city, n in rows}

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows = []
        for city, course in self.courses.items():
            count, law = course.draw(moment.number, moment.busy)
            if city == self.own:
                count = moment.tables["hotline"]["printed_total"]
                law = Law(count, 0.03)
            rows.append([city, count])
            moment.laws["hotline_by_city", city, "calls"] = law
        return {"columns": ["city", "calls"], "rows": rows, "printed_total": sum(row[1] for row in rows)}


class Bookings:
    """Bookings by institution and channel; some open a channel on the way, some join, two close."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.to_date = scene, opening("booking_by_hospital")
        rng, self.rows = scene.rng, {}
        for _, name, *counts, _ in reference()["booking_by_hospital"]["rows"]:
            courses = []
            for count in counts:
                begins = scene.begins() if not count and rng.random() < 0.03 else 0
                level = scene.chance(count or (rng.uniform(20, 400) if begins else 0))
                courses.append(Course(rng, level, BOOKINGS, scene.months, begins=begins, ends=scene.ends(name)))
            self.rows[name] = courses
        known = {canonical(name) for name in self.rows}
        for name in rng.sample([each for each in list(organizations())[:66] if each not in known], 2):
            begins = scene.begins()
            levels = [rng.uniform(30, 900), 0, 0, rng.uniform(30, 900)]
            self.rows[name] = [Course(rng, level, BOOKINGS, scene.months, begins=begins) for level in levels]

    def draw(self, moment: Moment) -> Table:
        """The table; an institution without a booking does not stand in it."""
        rows = []
        for name, courses in self.rows.items():
            shock = self.scene.rng.lognormvariate(0, SHARED)
            drawn = [course.draw(moment.number, moment.busy, shock, SHARED) for course in courses]
            counts = [count for count, _ in drawn]
            for channel, (_, law) in zip(CHANNELS, drawn, strict=True):
                moment.laws["booking_by_hospital", canonical(name), channel] = law
            if any(counts):
                rows.append([0, name, *counts, sum(counts)])
        totals = [sum(row[at] for row in rows) for at in range(2, 7)]
        self.to_date += totals[-1]
        return {
            "columns": ["no", "organization", *CHANNELS, "total"],
            "rows": numbered(by_size(rows, 6, 1)),
            "printed_total": totals,
            "cumulative": self.to_date,
        }


class Cards:
    """Cards issued; institutions without any do not stand in the table."""

    def __init__(self, scene: Scene) -> None:
        rng, self.to_date = scene.rng, opening("cards_issued")
        self.courses = {
            name: Course(rng, scene.chance(n), CARDS, scene.months, ends=scene.ends(name))
            for _, name, n in reference()["cards_issued"]["rows"]
        }
        known = {canonical(name) for name in self.courses}
        name = rng.choice([each for each in list(organizations())[:66] if each not in known])
        self.courses[name] = Course(rng, rng.uniform(100, 3000), CARDS, scene.months, begins=scene.begins())

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows = []
        for name, course in self.courses.items():
            count, law = course.draw(moment.number, moment.busy)
            moment.laws["cards_issued", canonical(name), "cards"] = law
            if count:
                rows.append([0, name, count])
        total = sum(row[2] for row in rows)
        self.to_date += total
        return {
            "columns": ["no", "organization", "cards"],
            "rows": numbered(by_size(rows, 2, 1)),
            "printed_total": total,
            "cumulative": self.to_date,
        }


class Routes:
    """Bookings by route, a part of two columns of the booking table; one route starts late, one ends."""

    def __init__(self, scene: Scene) -> None:
        self.rng = scene.rng
        rows = reference()["booking_by_route"]["rows"]
        totals = dict(zip(CHANNELS, reference()["booking_by_hospital"]["printed_total"], strict=False))
        self.kinds = ["online_12320" if at in ONLINE_ROUTES else "third_party" for at in range(len(rows))]
        self.names = [row[1] for row in rows]
        manner = Manner(trend=0.1, season=0.03, busy=0.0, spread=0.06)
        # Shares of ten thousand bookings; what the listed routes leave belongs to routes that are not listed.
        self.shares = [
            Course(scene.rng, scene.chance(row[2] / totals[kind] * 1e4, 0.05) * 0.93, manner, scene.months)
            for kind, row in zip(self.kinds, rows, strict=True)
        ]
        self.shares[scene.rng.randrange(6, 12)].begins = scene.begins()
        self.shares[scene.rng.randrange(6, 12)].ends = scene.begins()

    def draw(self, moment: Moment) -> Table:
        """The table."""
        counts: list[int] = []
        for kind in ("online_12320", "third_party"):
            whole = sum(moment.column("booking_by_hospital", kind).values())
            mine = [at for at, each in enumerate(self.kinds) if each == kind]
            middles = {at: self.shares[at].middle(moment.number, 1.0) / 1e4 for at in mine}
            scale = min(1.0, 0.98 / sum(middles.values()))
            for at in mine:
                middle = whole * middles[at] * scale
                law = Law(middle, (0.07**2 + 1 / max(middle, 1.0)) ** 0.5) if middle else NOTHING
                moment.laws["booking_by_route", self.names[at], "bookings"] = law
        for name in self.names:
            law = moment.laws["booking_by_route", name, "bookings"]
            counts.append(round(law.middle * self.rng.lognormvariate(0, law.spread)) if law.middle else 0)
        for kind in ("online_12320", "third_party"):
            whole = sum(moment.column("booking_by_hospital", kind).values())
            mine = [at for at, each in enumerate(self.kinds) if each == kind]
            if (listed := sum(counts[at] for at in mine)) > whole:
                counts = [n * whole // listed if at in mine else n for at, n in enumerate(counts)]
        rows = [[at + 1, name, count] for at, (name, count) in enumerate(zip(self.names, counts, strict=True))]
        return {"columns": ["no", "route", "bookings"], "rows": rows, "printed_total": sum(counts)}


class Reports:
    """Reports uploaded; some stand in the table with nought, and one of them begins to send."""

    def __init__(self, scene: Scene) -> None:
        self.to_date, self.courses = opening("reports_uploaded"), {}
        rows = reference()["reports_uploaded"]["rows"]
        late = scene.rng.choice([name for _, name, n in rows if not n])
        for _, name, n in rows:
            begins = scene.begins() if name == late else 0
            level = scene.chance(n or (scene.rng.uniform(5e3, 9e4) if begins else 0))
            self.courses[name] = Course(scene.rng, level, REPORTS, scene.months, begins=begins)

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows = []
        for name, course in self.courses.items():
            count, law = course.draw(moment.number, moment.busy)
            moment.laws["reports_uploaded", canonical(name), "reports"] = law
            rows.append([0, name, count])
        total = sum(row[2] for row in rows)
        self.to_date += total
        return {
            "columns": ["no", "organization", "reports"],
            "rows": numbered(by_size(rows, 2, 1)),
            "printed_total": total,
            "cumulative": self.to_date,
        }


class FamilyDoctors:
    """What stands in the districts, bookings of the month, and all bookings before it."""

    def __init__(self, scene: Scene) -> None:
        printed = reference()["family_doctor"]
        self.columns, self.rows = printed["columns"], []
        for name, progress, *standing, before, month in printed["rows"]:
            steps = [Steps(scene.rng, value, scene.months, chance=0.04) for value in standing]
            course = Course(scene.rng, scene.chance(month), Manner(spread=0.2), scene.months)
            self.rows.append([name, progress, steps, before, course])

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows: list[list[Any]] = []
        for row in self.rows:
            name, progress, steps, before, course = row
            standing = [each.draw(moment.number) for each in steps]
            count, law = course.draw(moment.number, moment.busy)
            laws = [*(each for _, each in standing), Law(before, 0.1, relative=False), law]
            for column, each in zip(self.columns[2:], laws, strict=True):
                moment.laws["family_doctor", name, column] = each
            rows.append([name, progress, *(value for value, _ in standing), before, count])
            row[3] += count
        return {"columns": self.columns, "rows": rows, "printed_total": sums(rows, 2)}


class Maternal:
    """Women and children by district; some districts do not report, and one begins."""

    def __init__(self, scene: Scene) -> None:
        printed = reference()["maternal"]
        self.columns, self.to_date, self.rows = printed["columns"], opening("maternal"), {}
        self.rng, self.examined = scene.rng, {}
        late = scene.rng.choice([row[0] for row in printed["rows"] if not any(row[1:])])
        usual = [row for row in printed["rows"] if all(row[1:6])]
        for name, *counts in printed["rows"]:
            begins = scene.begins() if name == late else 0
            counts = scene.rng.choice(usual)[1:] if begins else counts
            self.rows[name] = [Course(scene.rng, scene.chance(n), BIRTHS, scene.months, begins=begins) for n in counts]
            self.examined[name] = counts[1] / max(counts[0], 1)

    def draw(self, moment: Moment) -> Table:
        """The table."""
        rows = []
        for name, courses in self.rows.items():
            drawn = [course.draw(moment.number, moment.busy) for course in courses]
            drawn[1] = self.first_exams(name, *drawn[0])
            for column, (_, law) in zip(self.columns[1:], drawn, strict=True):
                moment.laws["maternal", name, column] = law
            rows.append([name, *(count for count, _ in drawn)])
        totals = sums(rows, 1)
        self.to_date += totals[0]
        return {
            "columns": self.columns,
            "rows": rows,
            "printed_total": totals,
            "cumulative_registered": self.to_date,
        }

    def first_exams(self, name: str, women: int, law: Law) -> tuple[int, Law]:
        """Nearly all women who were registered are examined, and nobody else."""
        share = self.examined[name]
        if not women:
            return 0, law
        seen = min(women, women - scattered(self.rng, women * (1 - share) + 0.3, 0.3))
        spread = max(0.02, ((1 - share) / max(women, 1)) ** 0.5, (1 - share) * 0.3) + 0.5 / max(women, 1)
        return max(0, seen), Law(women * share, spread)


class Kiosks:
    """What kiosks did; cards at kiosks are a part, or all, of the cards that the institution issued."""

    def __init__(self, scene: Scene) -> None:
        printed = reference()["kiosk"]
        self.scene, self.columns, self.unit = scene, printed["columns"], printed["unit"]
        self.rows: dict[str, dict[str, Any]] = {}
        issued = {canonical(row[1]): row[2] for row in reference()["cards_issued"]["rows"]}
        idle = [row[0] for row in printed["rows"] if not row[3]]
        late = set(scene.rng.sample(idle, 2))
        for name, kiosks, cards, count, amount, payments, paid, slips in printed["rows"]:
            begins = scene.begins() if name in late else 0
            if begins:
                count, amount, payments, paid = 1200 * kiosks // 4, 24000 * kiosks // 4, 90 * kiosks, 9000 * kiosks
            self.rows[name] = {
                "kiosks": Steps(scene.rng, kiosks, scene.months, chance=0.04),
                "share": cards / issued.get(canonical(name), 1) if cards else 0,
                "counts": [
                    Course(scene.rng, scene.chance(n), KIOSKS, scene.months, begins=begins, ends=scene.ends(name))
                    for n in (count, payments, slips)
                ],
                "fees": (float(amount) / max(count, 1), float(paid) / max(payments, 1)),
            }

    def draw(self, moment: Moment) -> Table:
        """The table."""
        issued, rows = moment.column("cards_issued", "cards"), []
        rng = self.scene.rng
        for name, row in self.rows.items():
            kiosks, standing = row["kiosks"].draw(moment.number)
            cards, middle = 0, issued.get(canonical(name), 0) * row["share"]
            if middle:
                cards = round(
                    middle if row["share"] == 1 else middle * min(rng.lognormvariate(0, 0.08), 1 / row["share"])
                )
            (count, law), (paid, paid_law), (slips, slips_law) = (
                course.draw(moment.number, moment.busy) for course in row["counts"]
            )
            fee, price = row["fees"]
            fees = (count * fee * rng.lognormvariate(0, 0.02), paid * price * rng.lognormvariate(0, 0.06))
            amount, spent = f"{round(fees[0])}.00", f"{Decimal(round(fees[1] * 100)) / 100:.2f}"
            rows.append([name, kiosks, cards, count, amount, paid, spent, slips])
            cards_law = Law(middle, 0.01 if row["share"] == 1 else 0.09) if middle else NOTHING
            laws = [standing, cards_law, law, amount_law(law, fee), paid_law, amount_law(paid_law, price), slips_law]
            laws += [Law(fee, 0.02), Law(price, 0.06)] if law.middle and paid_law.middle else []
            named = [*self.columns[1:], "registration_amount/registrations", "payment_amount/payments"]
            for column, each in zip(named, laws, strict=False):
                moment.laws["kiosk", canonical(name), column] = each
        return {"columns": self.columns, "rows": rows, "printed_total": sums(rows, 1), "unit": self.unit}


def amount_law(law: Law, fee: float) -> Law:
    """The law of an amount, from that of the acts that were paid for."""
    return Law(law.middle * fee, (law.spread**2 + 0.05**2) ** 0.5) if law.middle else NOTHING


def sums(rows: list[list[Any]], first: int) -> list[Any]:
    """The totals from a column on; amounts stay texts with two decimals."""
    columns = list(zip(*rows, strict=True))[first:]
    return [
        f"{sum(map(Decimal, each)):.2f}" if any(isinstance(value, str) for value in each) else sum(each)
        for each in columns
    ]


def opening(table: str) -> int:
    """The running total before the first month."""
    found: int = layout()[table]["cumulative"]["opening"]
    return found
