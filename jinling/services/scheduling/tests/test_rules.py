"""The rules over plain values: windows, segments, limits, draws, replays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from jinling.services.scheduling.rules import refusals, replaying
from jinling.services.scheduling.rules.draws import check_receipt, commitment, ranking, receipt
from jinling.services.scheduling.rules.limits import ClinicLimits, age_on, check_patient, suspension_until
from jinling.services.scheduling.rules.segments import pool_sizes, segment_of, segments
from jinling.services.scheduling.rules.windows import (
    Clocks,
    OpenPool,
    Window,
    admissible_pools,
    cancel_deadline,
    closes_at,
    opens_at,
)

CITY = ZoneInfo("Asia/Shanghai")
DAY = date(2018, 5, 20)
STARTS = datetime(2018, 5, 20, 8, tzinfo=CITY)
USUAL = Clocks()
PUBLIC, SECOND_WEEK = Window("public", 1, 7), Window("community", 8, 14)
POOLS = [OpenPool(1, "community"), OpenPool(2, "public"), OpenPool(3, "in_clinic")]


def pools_at(
    at: datetime,
    *,
    audience: str = "public",
    kind: str = "online",
    windows: tuple[Window, ...] = (PUBLIC, SECOND_WEEK),
    clocks: Clocks = USUAL,
    pools: list[OpenPool] = POOLS,
) -> list[int]:
    return admissible_pools(
        day=DAY,
        starts_at=STARTS,
        windows=windows,
        clocks=clocks,
        pools=pools,
        audience=audience,
        channel_kind=kind,
        at=at,
        zone=CITY,
    )


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2018, 5, day, hour, minute, second, tzinfo=CITY)


def test_a_window_opens_at_the_release_clock_and_closes_at_the_cut_off() -> None:
    clocks = Clocks(release=time(8), cutoff=time(16, 30))
    assert opens_at(DAY, PUBLIC, clocks, CITY) == at(13, 8)
    assert closes_at(DAY, STARTS, PUBLIC, clocks, CITY) == at(19, 16, 30)
    assert closes_at(DAY, STARTS, PUBLIC, Clocks(cutoff=None), CITY) == at(20)
    assert closes_at(DAY, STARTS, SECOND_WEEK, clocks, CITY) == at(13, 8) == opens_at(DAY, PUBLIC, clocks, CITY)
    assert closes_at(DAY, STARTS, Window("public", 0, 7), clocks, CITY) == STARTS
    assert cancel_deadline(DAY, days_before=1, clock=time(12), zone=CITY) == at(19, 12)


def test_who_may_take_from_which_pool_and_when() -> None:
    assert pools_at(at(13)) == [2]
    assert pools_at(at(19, 11, 59, 59)) == [2]
    assert pools_at(at(14), kind="in_clinic") == [3, 2]
    assert pools_at(at(8), audience="community") == [1]
    assert pools_at(at(14), audience="community") == [1, 2]
    assert pools_at(at(8), audience="community", pools=POOLS[1:]) == [2]
    with pytest.raises(refusals.NotYetReleased) as early:
        pools_at(at(12, 23, 59, 59))
    assert early.value.fields["opens_at"] == at(13).isoformat()
    with pytest.raises(refusals.BookingClosed):
        pools_at(at(19, 12))
    with pytest.raises(refusals.NotYetReleased):
        pools_at(at(5), audience="community")
    with pytest.raises(refusals.NotOpenToAudience):
        pools_at(at(14), windows=(SECOND_WEEK,))
    with pytest.raises(refusals.NotOpenToAudience):
        pools_at(at(14), pools=[])
    own = Window("public", 1, 2, "third_party")
    with pytest.raises(refusals.NotYetReleased):
        pools_at(at(14), kind="third_party", windows=(PUBLIC, own))
    assert pools_at(at(18), kind="third_party", windows=(PUBLIC, own)) == [2]


@given(st.integers(1, 500), st.integers(0, 300), st.integers(10, 600))
def test_segments_share_out_every_number_once(capacity: int, minutes: int, length: int) -> None:
    ends = STARTS + timedelta(minutes=length)
    parts = segments(STARTS, ends, capacity, minutes)
    numbers = [n for part in parts for n in range(part.first, part.last + 1)]
    assert numbers == list(range(1, capacity + 1))
    assert parts[0].starts_at == STARTS and abs((parts[-1].ends_at - ends).total_seconds()) < 1
    sizes = {part.last - part.first + 1 for part in parts}
    assert max(sizes) - min(sizes) <= 1
    assert all(segment_of(n, parts).first <= n <= segment_of(n, parts).last for n in (1, capacity))


@given(st.integers(1, 10_000), st.lists(st.integers(0, 50), max_size=2))
def test_pools_hold_every_number_and_rounding_is_the_publics_gain(capacity: int, shares: list[int]) -> None:
    sizes = pool_sizes(capacity, [(f"p{n}", percent) for n, percent in enumerate(shares)], "public")
    assert sum(size for _code, size in sizes) == capacity
    kept = dict(sizes[:-1])
    assert sizes[-1][0] == "public" and all(kept.get(f"p{n}", 0) <= capacity * p / 100 for n, p in enumerate(shares))


def test_whom_a_clinic_sees() -> None:
    seen = {
        "known": True,
        "active": True,
        "real_name": True,
        "birth": date(2010, 5, 21),
        "sex": "female",
        "clinic": ClinicLimits(7, 14, "female"),
        "day": DAY,
    }
    check_patient(**seen)  # type: ignore[arg-type]
    for change, refusal in (
        ({"known": False}, refusals.PatientUnknown),
        ({"active": False}, refusals.PatientUnknown),
        ({"real_name": False}, refusals.RealNameRequired),
        ({"sex": "male"}, refusals.SexOutside),
        ({"birth": date(2011, 5, 21)}, refusals.AgeOutside),
        ({"birth": date(2003, 5, 20)}, refusals.AgeOutside),
    ):
        with pytest.raises(refusal):
            check_patient(**(seen | change))  # type: ignore[arg-type]
    check_patient(**(seen | {"birth": None, "sex": ""}))  # type: ignore[arg-type]
    assert [age_on(date(2000, 2, 29), d) for d in (date(2018, 2, 28), date(2018, 3, 1))] == [17, 18]
    now = datetime(2018, 5, 1, tzinfo=UTC)
    assert suspension_until(events=3, limit=3, at=now, days=10) == now + timedelta(days=10)
    assert suspension_until(events=2, limit=3, at=now, days=10) is None
    assert suspension_until(events=9, limit=0, at=now, days=10) is None


@given(
    st.lists(st.text("abcdef0123456789", min_size=4, max_size=8), unique=True, max_size=30),
    st.integers(0, 40),
    st.text(),
)
def test_a_draw_depends_on_seed_and_tickets_only_and_its_receipt_holds(
    tickets: list[str], numbers: int, seed: str
) -> None:
    order = ranking(seed, tickets)
    assert order == ranking(seed, tickets[::-1]) and sorted(order) == sorted(tickets)
    outcomes = dict.fromkeys(order[:numbers], "won")
    made = receipt(
        draw="d", session=1, numbers=numbers, published=commitment(seed), seed=seed, tickets=tickets, outcomes=outcomes
    )
    assert check_receipt(made, published=commitment(seed)) == []
    if len(order) > numbers > 0:
        unfair = dict.fromkeys([*order[: numbers - 1], order[-1]], "won")
        bent = receipt(
            draw="d",
            session=1,
            numbers=numbers,
            published=commitment(seed),
            seed=seed,
            tickets=tickets,
            outcomes=unfair,
        )
        assert check_receipt(bent)


@pytest.mark.parametrize("nonsense", [None, [], {}, {"version": 1}, "x"])
def test_what_is_no_receipt_is_said_so(nonsense: object) -> None:
    assert check_receipt(nonsense)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_a_replays_plan_holds_every_figure(hospitals: list[int], printed: list[int]) -> None:
    total = sum(hospitals)
    routes = {f"r{n}": count for n, count in enumerate(printed)}
    inside, surplus = replaying.routes_of_kind(total, routes, "rest", "seed")
    assert len(inside) == total and len(surplus) == max(0, sum(printed) - total)
    carried = inside + surplus
    assert all(carried.count(route) == count for route, count in routes.items())
    places = [replaying.Place(n, {"online": count}, 3) for n, count in enumerate(hospitals)]
    days = replaying.plan_days(places, {"online": inside}, date(2018, 5, 1), 31, seed="seed")
    assert days == replaying.plan_days(places, {"online": inside}, date(2018, 5, 1), 31, seed="seed")
    for n, count in enumerate(hospitals):
        assert sum(len(d.routes) for d in days if d.organization == n) == count
    assert sorted(r for d in days for r in d.routes) == sorted(inside)
    assert [d.first for d in days] == [sum(len(x.routes) for x in days[:i]) for i in range(len(days))]


@given(st.integers(0, 6000), st.integers(1, 40))
def test_a_days_sessions_hold_its_bookings(bookings: int, clinics: int) -> None:
    sizes = replaying.sessions_of_day(bookings, clinics)
    assert sum(sizes) >= bookings and len(sizes) <= 2 * clinics and min(sizes) >= 1


BOOKINGS = st.lists(
    st.fixed_dictionaries({kind: st.one_of(st.just(0), st.integers(0, 900)) for kind in ("online", "phone", "desk")}),
    min_size=1,
    max_size=8,
)
ROUTES = st.fixed_dictionaries(
    {
        "online": st.fixed_dictionaries({"app": st.integers(0, 700), "web": st.integers(0, 700)}),
        "phone": st.just({}),
        "desk": st.fixed_dictionaries({"desk": st.integers(0, 700)}),
    }
)


@given(BOOKINGS, ROUTES, st.sampled_from([0.001, 0.01, 0.29, 0.5, 1.0]))
def test_scaled_tables_of_bookings_add_up_and_agree(
    rows: list[dict[str, int]], routes: dict[str, dict[str, int]], scale: float
) -> None:
    hospitals = dict(enumerate(rows))
    made, printed = replaying.scaled_bookings(hospitals, routes, scale)
    for kind, of in routes.items():
        column, listed = sum(row[kind] for row in rows), sum(of.values())
        scaled_column, scaled_listed = sum(row[kind] for row in made.values()), sum(printed[kind].values())
        if listed <= column:
            assert scaled_listed <= scaled_column
        assert abs(scaled_column - column * scale) < 1
        assert abs(scaled_listed - listed * scale) < 1
        for figures, shares in ((of, printed[kind]), *((hospitals[one], made[one]) for one in hospitals)):
            assert all(abs(shares[name] - figure * scale) < 1 for name, figure in figures.items())
    if all(sum(of.values()) <= sum(row[kind] for row in rows) for kind, of in routes.items()):
        for table, shares in ((hospitals, made), (routes, printed)):
            whole = sum(sum(cells.values()) for cells in table.values())
            assert abs(sum(sum(cells.values()) for cells in shares.values()) - whole * scale) <= 0.5 + 1e-9


def test_routes_of_every_booking_take_what_the_columns_have() -> None:
    hospitals = {1: {"online": 60, "desk": 0}, 2: {"online": 0, "desk": 80}}
    made, printed = replaying.scaled_bookings(hospitals, {"online": {"app": 60}, "desk": {}}, 0.01)
    assert made == {1: {"online": 1, "desk": 0}, 2: {"online": 0, "desk": 0}}
    assert printed == {"online": {"app": 1}, "desk": {}}
    alone, routes = replaying.scaled_bookings({}, {"online": {"app": 60, "web": 70}, "desk": {}}, 0.01)
    assert (alone, routes) == ({}, {"online": {"app": 0, "web": 1}, "desk": {}})
