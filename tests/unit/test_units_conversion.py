"""Conversions within a dimension, and the doses that cannot be added."""

from decimal import Decimal

import pytest

from eutonia.errors import Code
from eutonia.units import (
    UMOL_PER_MG_DL,
    IntrathecalDose,
    OralDose,
    Quantity,
    UnitError,
    parse_quantity,
    plain,
    spellings_of,
    unit,
    units_of,
)


@pytest.mark.parametrize(
    ("text", "dimension", "into", "value"),
    [
        ("2000 micrograms/mL", "mass concentration", "mg/mL", "2"),
        ("0.24 mg/L", "mass concentration", "ng/mL", "240"),
        ("1.75 m", "length", "cm", "175"),
        ("70 kg", "mass", "g", "70000"),
        ("0.5 mg/day", "mass rate", "microgram/day", "500"),
        ("2 days", "time", "h", "48"),
        ("0.07 mmol/L", "molar concentration", "umol/L", "70"),
    ],
)
def test_the_same_quantity_in_another_unit(text: str, dimension: str, into: str, value: str) -> None:
    assert parse_quantity(text, dimension).to(into).value == Decimal(value)


def test_every_unit_converts_to_every_other_of_its_dimension_and_back() -> None:
    for symbol in ("mg", "mg/day", "h", "cm", "mL", "ng/mL", "umol/L", "mL/min"):
        for other in units_of(unit(symbol).dimension):
            there = Quantity(Decimal(3), unit(symbol)).to(other)
            # Exact but for factors such as 1/60, which no decimal holds: 28 digits are carried.
            assert abs(there.to(symbol).value - 3) < Decimal("1e-25"), (symbol, other)


def test_a_dose_is_never_converted_into_a_concentration() -> None:
    with pytest.raises(UnitError) as refused:
        parse_quantity("10 mg", "mass").to("mg/mL")
    assert refused.value.problem.code is Code.WRONG_DIMENSION


def test_an_oral_and_an_intrathecal_dose_cannot_be_added() -> None:
    with pytest.raises(TypeError):
        OralDose(Decimal(10)) + IntrathecalDose(Decimal(100))  # type: ignore[operator]


def test_doses_of_one_route_add_up() -> None:
    assert str(OralDose(Decimal("2.5")) + OralDose(Decimal("2.5"))) == "5 mg"
    assert str(IntrathecalDose(Decimal(50)) + IntrathecalDose(Decimal(25))) == "75 micrograms"


@pytest.mark.parametrize(
    ("value", "text"), [("5.00", "5"), ("0.50", "0.5"), ("1E+3", "1000"), ("0", "0"), ("-0.0", "0")]
)
def test_a_number_is_written_without_exponent_or_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_the_bridge_from_mg_per_dl_agrees_with_the_molar_masses() -> None:
    # Molar masses: creatinine 113.12 g/mol, glucose 180.16 g/mol; factors are printed to one or two decimals.
    assert float(UMOL_PER_MG_DL["creatinine"]) == pytest.approx(10_000 / 113.12, abs=0.05)
    assert float(UMOL_PER_MG_DL["glucose"]) == pytest.approx(10_000 / 180.16, abs=0.005)


def test_spellings_begin_with_the_unit_itself() -> None:
    assert spellings_of("microgram")[0] == "microgram"
    assert "mcg" in spellings_of("microgram")
    assert all(unit(text).symbol == "microgram" for text in spellings_of("microgram"))
