"""How numbers are written for people."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eutonia.show import show_exact, show_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("-0.5", "-0.5"),
        ("-0.05", "-0.05"),
        ("-1.5", "-1.5"),
        ("-2000.50", "-2,000.5"),
        ("-0", "0"),
        ("0.5", "0.5"),
    ],
)
def test_a_number_below_nought_keeps_its_minus(value: str, text: str) -> None:
    assert show_exact(Decimal(value)) == text


def test_what_rounds_to_nought_is_nought_without_a_minus() -> None:
    assert show_number(-0.0004) == "0"
    assert show_number(-0.5) == "-0.5"
