"""Days and shelves against an integer program solved by HiGHS (scipy.optimize.milp), which proves its optimum.

The program knows nothing of the search: tablets are integer counts of the smallest piece in each slot of the day. Its
amounts are scaled to integers, so every comparison is exact; the gap it may stop at is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from eutonia.plan.dispense import Shelf, StockItem, fewest_strengths, rank_day
from eutonia.plan.steps import Frequency
from eutonia.record import Form

MOST_PIECES, MOST_PRODUCTS = 4, 2
FREQUENCY = Frequency(3, Fraction(10), Fraction(15))


def tablet(mg: str, *, scored: bool) -> StockItem:
    return StockItem(
        f"{mg} mg", Form.TABLET, Fraction(mg), Fraction(1, 2) if scored else Fraction(1), is_counted=True
    )


SHELVES = st.lists(
    st.builds(tablet, st.sampled_from(["2.5", "5", "7.5", "10", "15", "20", "25"]), scored=st.booleans()),
    min_size=1,
    max_size=4,
    unique_by=lambda item: item.mg_per_unit,
)


def _solve(aim: Any, constraints: Any, bounds: Any) -> Any:
    """The integer program solved; HiGHS gives up on a few of them in its presolve, so those are solved without."""
    for presolve in (True, False):
        solved = milp(
            aim,
            constraints=constraints,
            bounds=bounds,
            integrality=np.ones(len(aim)),
            options={"mip_rel_gap": 0, "presolve": presolve},
        )
        if solved.status != 4:
            break
    return solved


class Day:
    """One day of ``count`` doses as an integer program.

    Variables: pieces of each item in each slot; whether an item is used in a slot; whether a piece is a half in a slot;
    the smallest and the largest dose. Pieces are counted in halves, mg in units of the common denominator.
    """

    def __init__(self, items: Sequence[StockItem], largest: Fraction, wanted: Fraction, count: int) -> None:
        self.items, self.count = items, count
        scale = lcm(*(2 * i.mg_per_unit.denominator for i in items), wanted.denominator, largest.denominator)
        self.per_half = [int(i.mg_per_unit * scale / 2) for i in items]
        n, m = count, len(items)
        self.n_pieces = n * m
        self.size = 3 * n * m + 2 + n * m  # halves of pieces, used, odd, low and high, whole pieces
        self.low_at, self.high_at = 3 * n * m, 3 * n * m + 1
        rows: list[np.ndarray[Any, Any]] = []
        lower: list[float] = []
        upper: list[float] = []

        def add(entries: dict[int, float], low: float, high: float) -> None:
            row = np.zeros(self.size)
            for place, value in entries.items():
                row[place] += value
            rows.append(row)
            lower.append(low)
            upper.append(high)

        add(
            {self.x(s, i): self.per_half[i] for s in range(n) for i in range(m)},
            float(wanted * scale),
            float(wanted * scale),
        )
        for s in range(n):
            dose = {self.x(s, i): float(self.per_half[i]) for i in range(m)}
            add(dose, 1, float(largest * scale))
            add({**dose, self.low_at: -1.0}, 0, np.inf)
            add({**dose, self.high_at: -1.0}, -np.inf, 0)
            add({self.x(s, i): 1.0 for i in range(m)}, 0, 2 * MOST_PIECES)
            add({self.used(s, i): 1.0 for i in range(m)}, 0, MOST_PRODUCTS)
            for i, item in enumerate(items):
                add({self.x(s, i): 1.0, self.used(s, i): -2.0 * MOST_PIECES}, -np.inf, 0)
                add({self.x(s, i): 1.0, self.whole(s, i): -2.0, self.odd(s, i): -1.0}, 0, 0)
                if item.step == 1:
                    add({self.odd(s, i): 1.0}, 0, 0)
        self.constraints = [LinearConstraint(np.array(rows), np.array(lower), np.array(upper))]
        high = np.full(self.size, 2.0 * MOST_PIECES)
        high[self.n_pieces : 3 * self.n_pieces] = 1
        high[self.low_at], high[self.high_at] = float(largest * scale), float(largest * scale)
        self.bounds = Bounds(np.zeros(self.size), high)

    def x(self, slot: int, item: int) -> int:
        return slot * len(self.items) + item

    def used(self, slot: int, item: int) -> int:
        return self.n_pieces + self.x(slot, item)

    def odd(self, slot: int, item: int) -> int:
        return 2 * self.n_pieces + self.x(slot, item)

    def whole(self, slot: int, item: int) -> int:
        return 3 * self.n_pieces + 2 + self.x(slot, item)

    def best(self) -> tuple[Fraction, int, Fraction] | None:
        """Smallest spread, then fewest halves, then fewest pieces; None when there is no such day."""
        spread = np.zeros(self.size)
        spread[self.high_at], spread[self.low_at] = 1, -1
        halves = np.zeros(self.size)
        halves[2 * self.n_pieces : 3 * self.n_pieces] = 1
        pieces = np.zeros(self.size)
        pieces[: self.n_pieces] = 1
        found: list[int] = []
        for aim in (spread, halves, pieces):
            solved = _solve(aim, self.constraints, self.bounds)
            if solved.status == 2:
                assert not found
                return None
            assert solved.status == 0, solved.message
            value = round(float(aim @ np.round(solved.x)))
            found.append(value)
            self.constraints.append(LinearConstraint(aim[None], value, value))
        scale = Fraction(self.per_half[0] * 2) / self.items[0].mg_per_unit
        return Fraction(found[0]) / scale, found[1], Fraction(found[2], 2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SHELVES, st.sampled_from([Fraction(20), Fraction(25)]), st.integers(2, 40), st.integers(1, 4))
def test_a_day_is_as_even_as_the_solver_proves_and_made_of_as_few_halves_and_pieces(
    items: list[StockItem], largest: Fraction, steps: int, count: int
) -> None:
    wanted = Fraction(5, 2) * steps
    day = Shelf(items, largest).day(wanted, count)
    proved = Day(items, largest, wanted, count).best()
    if day is None:
        assert proved is None
        return
    _, halves, pieces, _ = rank_day(day)
    assert (day[-1].mg - day[0].mg, halves, pieces) == proved


def fewest_by_solver(shelf: Shelf, levels: Sequence[Fraction]) -> int:
    """How few products make every level: a set cover over all sets of products that make one level each.

    For each level the program must choose one of its makers (a day made with a given set), and each product of the
    chosen sets costs 1.
    """
    items = list(shelf.items)
    makers: list[list[tuple[int, ...]]] = []
    for level in levels:
        able = []
        for size in range(1, len(items) + 1):
            for chosen in combinations(range(len(items)), size):
                small = Shelf([items[i] for i in chosen], shelf.largest_mg)
                if small.doses and small.best_day(level, FREQUENCY.counts(level)) is not None:
                    able.append(chosen)
        makers.append(able)
    n, choices = len(items), [c for able in makers for c in able]
    size = n + len(choices)
    rows, low = [], []
    at = n
    for able in makers:
        row = np.zeros(size)
        row[at : at + len(able)] = 1
        rows.append(row)
        low.append(1.0)
        for place, chosen in enumerate(able):
            for item in chosen:
                row = np.zeros(size)
                row[item], row[at + place] = 1, -1
                rows.append(row)
                low.append(0.0)
        at += len(able)
    cost = np.r_[np.ones(n), np.zeros(len(choices))]
    solved = _solve(cost, LinearConstraint(np.array(rows), np.array(low), np.inf), Bounds(0, 1))
    assert solved.status == 0
    return round(float(solved.fun))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SHELVES, st.lists(st.integers(1, 24), min_size=1, max_size=5))
def test_the_fewest_strengths_of_a_phase_are_as_few_as_the_solver_proves(
    items: list[StockItem], steps: list[int]
) -> None:
    shelf = Shelf(items, Fraction(25))
    levels = [
        level
        for k in steps
        if (level := Fraction(5, 2) * k) and shelf.best_day(level, FREQUENCY.counts(level)) is not None
    ]
    if not levels:
        return
    small = fewest_strengths(shelf, levels, FREQUENCY.counts)
    assert all(small.best_day(level, FREQUENCY.counts(level)) is not None for level in levels)
    assert len(small.items) == fewest_by_solver(shelf, levels)


def test_a_day_worked_by_hand() -> None:
    items = [tablet("5", scored=False), tablet("10", scored=True), tablet("20", scored=True)]
    # 55 mg in three doses: 15, 20, 20 with one half less than 15 as one and a half tablets of 10.
    day = Shelf(items, Fraction(20)).day(Fraction(55), 3)
    assert day is not None
    assert [d.words() for d in day] == [
        "1 tablet of 10 mg and 1 tablet of 5 mg",
        "1 tablet of 20 mg",
        "1 tablet of 20 mg",
    ]
    assert Day(items, Fraction(20), Fraction(55), 3).best() == (5, 0, 4)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_what_the_solver_cannot_make_the_search_cannot_make_either(count: int) -> None:
    items = [tablet("10", scored=False)]
    assert Day(items, Fraction(20), Fraction(25), count).best() is None
    assert Shelf(items, Fraction(20)).day(Fraction(25), count) is None
