"""Doses from what is in stock: exact, halved only where a score line is known, said in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eutonia.plan.dispense import Piece, Shelf, StockItem, liquid, tablet
from eutonia.record import Form
from eutonia.units import parse_quantity


def mg(text: str, *, scored: bool = False, form: Form = Form.TABLET) -> StockItem:
    return tablet(text, parse_quantity(text, "mass"), scored=scored, form=form)


def syrup(text: str, smallest_ml: str = "0.1") -> StockItem:
    name = text.replace("/", " per ")
    return liquid(name, parse_quantity(text, "mass concentration"), Fraction(smallest_ml))


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ("1/2", "half a tablet of 10 mg"),
        ("1", "1 tablet of 10 mg"),
        ("3/2", "1 and a half tablets of 10 mg"),
        ("2", "2 tablets of 10 mg"),
        ("5/2", "2 and a half tablets of 10 mg"),
    ],
)
def test_tablets_are_counted_in_words_a_patient_reads(units: str, words: str) -> None:
    assert Piece(mg("10 mg", scored=True), Fraction(units)).words() == words


def test_granules_are_packets() -> None:
    packet = mg("5 mg", form=Form.GRANULES)
    assert Piece(packet, Fraction(1)).words() == "1 packet of 5 mg"
    assert Piece(packet, Fraction(3)).words() == "3 packets of 5 mg"


@pytest.mark.parametrize(
    ("volume", "words"), [("0.1", "0.1 mL"), ("2.5", "2.5 mL"), ("10", "10 mL"), ("20", "20 mL")]
)
def test_liquids_are_measured_without_trailing_zeros_and_never_cut(volume: str, words: str) -> None:
    assert Piece(syrup("1 mg/mL"), Fraction(volume)).words() == f"{words} of 1 mg per mL"


def test_two_products_in_one_dose_are_joined_in_words() -> None:
    shelf = Shelf([mg("10 mg"), mg("5 mg")], Fraction(20))
    assert shelf.doses[Fraction(15)].words() == "1 tablet of 10 mg and 1 tablet of 5 mg"


def test_a_tablet_without_a_known_score_line_is_never_halved() -> None:
    shelf = Shelf([mg("10 mg")], Fraction(40))
    assert list(shelf.doses) == [10, 20, 30, 40]
    assert shelf.day(Fraction(15), 3) is None


def test_a_scored_tablet_is_halved_and_not_quartered() -> None:
    assert list(Shelf([mg("10 mg", scored=True)], Fraction(10)).doses) == [5, 10]


def test_granules_are_never_halved_even_when_they_are_said_to_be_scored() -> None:
    assert list(Shelf([mg("10 mg", scored=True, form=Form.GRANULES)], Fraction(20)).doses) == [10, 20]


def test_whole_tablets_are_preferred_to_halves() -> None:
    shelf = Shelf([mg("10 mg", scored=True), mg("5 mg")], Fraction(20))
    assert shelf.doses[Fraction(5)].words() == "1 tablet of 5 mg"
    assert shelf.doses[Fraction(15)].words() == "1 tablet of 10 mg and 1 tablet of 5 mg"


def test_no_dose_needs_more_than_four_tablets_together() -> None:
    shelf = Shelf([mg("5 mg"), mg("2 mg")], Fraction(80))
    assert max(dose.count for dose in shelf.doses.values()) == 4
    assert max(shelf.doses) == 20


def test_no_dose_is_larger_than_the_largest_single_dose() -> None:
    shelf = Shelf([mg("10 mg", scored=True), mg("25 mg")], Fraction(25))
    assert max(shelf.doses) == 25
    assert shelf.day(Fraction(80), 3) is None
    assert shelf.day(Fraction(75), 3) is not None


def test_a_day_that_cannot_be_even_has_its_largest_dose_last() -> None:
    day = Shelf([mg("5 mg")], Fraction(20)).day(Fraction(40), 3)
    assert day is not None
    assert [dose.mg for dose in day] == [10, 15, 15]


def test_a_day_is_found_although_its_doses_lie_far_apart() -> None:
    # 3 + 3 + 20: no smaller spread exists from these two strengths.
    day = Shelf([mg("3 mg"), mg("20 mg")], Fraction(20)).day(Fraction(26), 3)
    assert day is not None
    assert [dose.mg for dose in day] == [3, 3, 20]


def test_days_between_the_multiples_of_the_smallest_dose_are_not_overlooked() -> None:
    shelf = Shelf([mg("9 mg"), mg("24 mg")], Fraction(24))
    days = shelf.days_up_to(Fraction(60), lambda _mg: (3,))
    assert 27 in days  # 9 + 9 + 9
    assert 42 in days  # 9 + 9 + 24
    assert 30 not in days


def test_a_tiny_volume_is_the_smallest_dose_of_a_liquid() -> None:
    shelf = Shelf([syrup("5 mg/mL")], Fraction(20))
    assert min(shelf.doses) == Fraction("0.5")
    assert shelf.neighbours(Fraction("0.7")) == (Fraction("0.5"), Fraction(1))
    assert shelf.day(Fraction("0.7"), 1) is None


def test_neighbours_of_a_dose_beyond_the_shelf_are_open_on_that_side() -> None:
    shelf = Shelf([mg("10 mg")], Fraction(20))
    assert shelf.neighbours(Fraction(5)) == (None, 10)
    assert shelf.neighbours(Fraction(15)) == (10, 20)
    assert shelf.neighbours(Fraction(25)) == (20, None)


def test_an_empty_shelf_makes_nothing() -> None:
    shelf = Shelf([], Fraction(20))
    assert shelf.doses == {}
    assert shelf.day(Fraction(10), 1) is None
    assert shelf.days_up_to(Fraction(80), lambda _mg: (1, 2, 3, 4)) == ()


def test_no_doses_a_day_and_no_dose_are_not_a_day() -> None:
    shelf = Shelf([mg("10 mg")], Fraction(20))
    assert shelf.day(Fraction(0), 3) is None
    assert shelf.day(Fraction(10), 0) is None
