"""A paper about baclofen by mouth says until when nothing changes, and what else changes that it does not show."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from eutonia.errors import InputRefused
from eutonia.printed import Beside, Handout, What, handout_of, make_print
from eutonia.record import Jurisdiction
from tests.plan_base import ON_30, asked
from tests.printed.printed_base import LANGUAGES, MONDAY, PartOfDay, at, pages, phase, tablets, taper
from tests.unit.facts_base import taken

TO_TIZANIDINE: dict[str, Any] = {"ask": "switch", "switch": {"partner": "tizanidine", "dose": "8 mg/day"}}


def text(handout: Handout, what: What, code: str = "en") -> str:
    whole = "\n".join(pages(make_print(handout, what, code, ".pdf")))
    return " ".join(whole.replace("\u00a0", " ").split())


def test_a_plan_that_begins_later_says_that_the_present_doses_go_on_until_then() -> None:
    handout = taper()  # made on 22 November, first step on 30 November
    assert handout.unchanged_until == date(2026, 11, 29)
    assert "Until Sunday 29 November 2026 take baclofen as you do now." in text(handout, What.CALENDAR)
    assert "Until Sunday 29 November 2026 take baclofen as you do now." in text(handout, What.LEAFLET)
    assert "the present dose goes on; it is not in these lines" in text(handout, What.PHARMACY)


def test_nobody_who_takes_nothing_yet_is_told_to_go_on() -> None:
    later = asked(taken(), name="start-us", ask="titration", target="30 mg/day", start_on="2026-12-05")
    assert handout_of(later).unchanged_until is None
    at_once = asked(ask="taper")
    assert handout_of(at_once).unchanged_until is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_of_a_switch_says_that_the_other_medicine_is_not_on_it(code: str) -> None:
    handout = handout_of(asked(name=ON_30, **TO_TIZANIDINE))
    assert handout.beside is Beside.TIZANIDINE
    assert handout.unchanged_until is not None
    said = {"en": "Another medicine changes as well: tizanidine", "de": "Tizanidin", "fr": "tizanidine"}[code]
    for what in (What.CALENDAR, What.LEAFLET, What.PHARMACY):
        assert said.removeprefix("Another medicine changes as well: ") in text(handout, what, code)
    assert said in text(handout, What.CALENDAR, code)
    assert "tizanidine" in make_print(handout, What.PHARMACY, "en", ".txt").decode()
    assert "tizanidine" in make_print(handout, What.PHARMACY, "en", ".json").decode()


def test_the_paper_of_tablets_beside_a_pump_says_that_the_pump_goes_on() -> None:
    pump = {"record": {"pump_therapy": [{"daily_dose": "150 microgram/day", "from": "2026-10-01"}]}}
    result = asked(
        pump,
        name=ON_30,
        ask="switch",
        switch={"partner": "intrathecal baclofen", "percent": "10 percent", "every": "7 days"},
        stock=[{"form": "liquid", "concentration": "1 mg/mL"}],
    )
    handout = handout_of(result)
    assert handout.beside is Beside.PUMP
    assert "Your pump goes on as it is." in text(handout, What.CALENDAR)


def test_doses_of_today_that_would_end_before_the_first_step_are_refused() -> None:
    step = phase(MONDAY, None, at(PartOfDay.MORNING, tablets("1")))
    with pytest.raises(InputRefused):
        Handout(date(2026, 11, 22), Jurisdiction.UK, (step,), unchanged_until=date(2026, 11, 27))
