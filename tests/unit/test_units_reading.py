"""What is read as a quantity, and above all what is not."""

from decimal import Decimal

import pytest

from eutonia.errors import Code
from eutonia.units import UnitError, parse_quantity


def code_of(text: str, dimension: str = "mass") -> Code:
    with pytest.raises(UnitError) as refused:
        parse_quantity(text, dimension)
    assert refused.value.problem.given == text
    assert refused.value.problem.accepted
    assert refused.value.problem.next_step
    return refused.value.problem.code


@pytest.mark.parametrize("text", ["5-10", "-5", "1e3 mg", "2 x 10", "5-10 mg", "-5 mg", "+5 mg", "2 x 10 mg"])
def test_ranges_signs_exponents_and_products_are_not_quantities(text: str) -> None:
    assert code_of(text) is Code.NOT_A_QUANTITY


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_an_empty_text_is_a_missing_value(text: str) -> None:
    assert code_of(text) is Code.MISSING_VALUE


@pytest.mark.parametrize("text", ["1,000 mg", "0,5 mg", "2 000 mg", "1'000 mg", "2,5"])
def test_digit_groups_and_decimal_commas_are_ambiguous(text: str) -> None:
    assert code_of(text) is Code.AMBIGUOUS_NUMBER


@pytest.mark.parametrize("text", ["10", " 10 ", "0.5"])
def test_a_bare_number_misses_its_unit(text: str) -> None:
    assert code_of(text) is Code.MISSING_UNIT


@pytest.mark.parametrize("text", ["10 gm", "10 MG", "10 mgs", "10 tablets", "10 IU"])
def test_a_unit_outside_the_closed_set_is_unknown(text: str) -> None:
    assert code_of(text) is Code.UNKNOWN_UNIT


@pytest.mark.parametrize("text", [".5 mg", "5. mg", "mg", "mg 5", "nan mg", "inf mg", "٥ mg", "5 mg 5"])
def test_other_texts_are_refused_too(text: str) -> None:
    assert code_of(text) in {Code.NOT_A_QUANTITY, Code.UNKNOWN_UNIT, Code.AMBIGUOUS_NUMBER}


def test_a_unit_of_another_dimension_is_refused_with_the_units_that_fit() -> None:
    with pytest.raises(UnitError) as refused:
        parse_quantity("10 mL", "mass")
    assert refused.value.problem.code is Code.WRONG_DIMENSION
    assert "mg" in refused.value.problem.accepted
    assert "mL" not in refused.value.problem.accepted


@pytest.mark.parametrize("text", ["10 mg", "10mg", " 10 mg ", "10.0 mg", "010 mg"])
def test_one_plain_number_and_one_unit_are_read_exactly(text: str) -> None:
    assert parse_quantity(text, "mass").value == Decimal(10)
    assert str(parse_quantity(text, "mass")) == "10 mg"


@pytest.mark.parametrize("text", ["50 mcg", "50 ug", "50 µg", "50 μg", "50 micrograms"])
def test_micrograms_are_read_in_every_spelling_and_written_in_one(text: str) -> None:
    assert str(parse_quantity(text, "mass")) == "50 microgram"


def test_a_tenth_is_kept_as_a_tenth() -> None:
    assert parse_quantity("0.1 mg", "mass").value * 3 == Decimal("0.3")


@pytest.mark.parametrize("text", ["1.000 mg", "2.500 mg", "12.500 mg"])
def test_a_dose_with_three_decimals_may_be_a_thousand_times_larger_and_is_refused(text: str) -> None:
    with pytest.raises(UnitError) as refused:
        parse_quantity(text, "mass")
    assert refused.value.problem.code is Code.AMBIGUOUS_NUMBER


@pytest.mark.parametrize("text", ["0.125 mg", "1.25 mg", "1.0 mg"])
def test_a_dose_that_can_only_be_read_one_way_is_read(text: str) -> None:
    assert parse_quantity(text, "mass").value == Decimal(text.partition(" ")[0])
