"""Doses and days from stock, held against a list of every composition there is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eutonia.plan.dispense import Shelf, StockItem
from eutonia.record import Form

STRENGTHS = [Fraction(n) for n in ("1", "2.5", "3", "5", "7", "10", "15", "20", "25")]
COUNTED = st.builds(
    lambda mg, scored, form: StockItem(
        f"{mg} mg",
        form,
        mg,
        Fraction(1, 2) if scored and form is Form.TABLET else Fraction(1),
        is_counted=True,
    ),
    st.sampled_from(STRENGTHS),
    st.booleans(),
    st.sampled_from([Form.TABLET, Form.GRANULES]),
)
LIQUID = st.builds(
    lambda mg, step: StockItem(f"{mg} mg per mL", Form.LIQUID, mg, step, is_counted=False),
    st.sampled_from([Fraction(1), Fraction(2), Fraction(5)]),
    st.sampled_from([Fraction("0.5"), Fraction(1)]),
)
STOCK = st.lists(
    st.one_of(COUNTED, COUNTED, LIQUID), min_size=1, max_size=3, unique_by=lambda i: (i.form, i.mg_per_unit)
)
LARGEST = st.sampled_from([Fraction(10), Fraction(20), Fraction(25)])


def parts(item: StockItem, largest: Fraction) -> list[Fraction]:
    """Every amount of one product in mg that fits into one dose, with at most four pieces counted."""
    amounts, units = [], item.step
    while units * item.mg_per_unit <= largest and (not item.is_counted or units <= 4):
        amounts.append(units * item.mg_per_unit)
        units += item.step
    return amounts


def every_dose(items: list[StockItem], largest: Fraction) -> Iterator[tuple[Fraction, tuple[Fraction, ...]]]:
    """Every dose of one product or of two counted ones: its mg and the number of units of each."""
    for item in items:
        for mg in parts(item, largest):
            yield mg, (mg / item.mg_per_unit,)
    for a, b in combinations([i for i in items if i.is_counted], 2):
        for x, y in product(parts(a, largest), parts(b, largest)):
            units = (x / a.mg_per_unit, y / b.mg_per_unit)
            if x + y <= largest and sum(units) <= 4:
                yield x + y, units


@settings(max_examples=80, deadline=None)
@given(STOCK, LARGEST)
def test_the_shelf_makes_exactly_the_doses_that_can_be_made(
    items: list[StockItem], largest: Fraction
) -> None:
    possible = {mg for mg, _ in every_dose(items, largest)}
    assert set(Shelf(items, largest).doses) == possible


@settings(max_examples=80, deadline=None)
@given(STOCK, LARGEST)
def test_every_dose_is_what_its_pieces_add_up_to_and_nothing_is_cut_that_may_not_be(
    items: list[StockItem], largest: Fraction
) -> None:
    for mg, dose in Shelf(items, largest).doses.items():
        assert dose.mg == mg == sum(piece.units * piece.item.mg_per_unit for piece in dose.pieces)
        for piece in dose.pieces:
            assert piece.item in items
            assert piece.units > 0
            assert (piece.units / piece.item.step).denominator == 1


@settings(max_examples=80, deadline=None)
@given(st.lists(COUNTED, min_size=1, max_size=3, unique_by=lambda i: (i.form, i.mg_per_unit)), LARGEST)
def test_no_other_composition_has_fewer_halves_or_as_few_and_fewer_pieces(
    items: list[StockItem], largest: Fraction
) -> None:
    def rank(units: tuple[Fraction, ...]) -> tuple[int, Fraction]:
        return sum(1 for u in units if u % 1), sum(units, Fraction(0))

    best: dict[Fraction, tuple[int, Fraction]] = {}
    for mg, units in every_dose(items, largest):
        best[mg] = min(best.get(mg, rank(units)), rank(units))
    for mg, dose in Shelf(items, largest).doses.items():
        assert rank(tuple(p.units for p in dose.pieces)) == best[mg]


@settings(max_examples=120, deadline=None)
@given(STOCK, LARGEST, st.integers(1, 200), st.integers(1, 4))
def test_a_day_is_found_whenever_there_is_one_and_its_doses_are_as_equal_as_can_be(
    items: list[StockItem], largest: Fraction, halves: int, count: int
) -> None:
    shelf, wanted = Shelf(items, largest), Fraction(halves, 2)
    sizes = sorted(shelf.doses)
    assume(len(sizes) ** count <= 200_000)
    spreads = [
        doses[-1] - doses[0] for doses in combinations_with_replacement(sizes, count) if sum(doses) == wanted
    ]
    day = shelf.day(wanted, count)
    if not spreads:
        assert day is None
        return
    assert day is not None
    amounts = [dose.mg for dose in day]
    assert len(amounts) == count
    assert sum(amounts) == wanted
    assert amounts == sorted(amounts)
    assert amounts[-1] - amounts[0] == min(spreads)


@settings(max_examples=40, deadline=None)
@given(STOCK, LARGEST)
def test_the_days_up_to_a_limit_are_all_days_there_are(items: list[StockItem], largest: Fraction) -> None:
    shelf, limit = Shelf(items, largest), Fraction(40)
    sizes = sorted(shelf.doses)
    assume(len(sizes) ** 2 <= 4000)
    days = {sum(doses) for n in (1, 2) for doses in combinations_with_replacement(sizes, n)}
    found = shelf.days_up_to(limit, lambda _mg: (2, 1))
    assert set(found) == {day for day in days if day <= limit}
    for above in (Fraction(0), Fraction(11)):
        best = shelf.largest_day(limit, above, lambda _mg: (2, 1))
        beyond = [day for day in found if day > above]
        assert (best[0] if best else None) == max(beyond, default=None)
