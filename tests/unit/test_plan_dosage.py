"""What a prescription message needs of a plan stands in its structure, and the structure says what the words say."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from eutonia.consult import Result
from eutonia.plan.outcome import Plan
from eutonia.report.data import result_data
from eutonia.show import show_date
from tests.plan_base import ON_30, asked
from tests.unit.facts_base import taken

SCORED = [{"form": "tablet", "strength": "10 mg", "scored": True}]
LIQUID = [{"form": "liquid", "concentration": "1 mg/mL"}]
PACKETS = [{"form": "granules", "strength": "5 mg"}, {"form": "granules", "strength": "10 mg"}]
PLANS: dict[str, Result] = {
    "taper": asked(ask="taper"),
    "taper of halves": asked(ask="taper", stock=SCORED),
    "taper of a liquid": asked(
        ask="taper", stock=LIQUID, taper={"way": "percent of start", "percent": "7 percent"}
    ),
    "taper of packets": asked(ask="taper", stock=PACKETS),
    "stop at once": asked(ask="taper", taper={"way": "at once", "life_threatening": True}),
    "titration": asked(taken(), name="start-us", ask="titration", target="60 mg/day"),
    "titration of a liquid": asked(
        taken(), name="start-us", ask="titration", target="40 mg/day", stock=LIQUID
    ),
    "switch": asked(name=ON_30, ask="switch", switch={"partner": "tizanidine", "dose": "8 mg/day"}),
}
NOUNS = {"tablets": "tablet", "packets": "packet", "mL": "mL"}


@pytest.fixture(params=PLANS)
def result(request: pytest.FixtureRequest) -> Result:
    return PLANS[request.param]


def phases(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result_data(result)["plan"]["phases"]
    return found


def exact(quantity: dict[str, Any]) -> Fraction:
    return Fraction(str(quantity["value"]))


def in_words(take: dict[str, Any]) -> str:
    """The words of a portion, written anew from its structure alone."""
    strength, units = take["product"]["strength"], exact(take["quantity"])
    value = f"{strength['value']:g}"
    if take["quantity"]["unit"] == "mL":
        return f"{float(units):g} mL of {value} mg per mL"
    noun = NOUNS[take["quantity"]["unit"]]
    whole, half = divmod(units, 1)
    if half and not whole:
        return f"half a {noun} of {value} mg"
    count = f"{whole} and a half" if half else f"{whole}"
    return f"{count} {noun}{'' if units == 1 else 's'} of {value} mg"


def test_every_phase_says_what_a_prescription_asks_for(result: Result) -> None:
    found = phases(result)
    assert [p["sequence"] for p in found] == list(range(1, len(found) + 1))
    for phase in found:
        assert phase["medicine"] == "baclofen"
        assert phase["route"] == "by mouth"
        assert phase["bounds"]["start"]
        assert phase["daily_dose"]["unit"] == "mg"
        assert phase["takes_none"] is (phase["dosage"] == [])
        for number, dosage in enumerate(phase["dosage"], start=1):
            assert dosage["sequence"] == number
            assert dosage["as_needed"] is False
            assert dosage["route"] == "by mouth"
            timing = dosage["timing"]
            assert (timing["frequency"], timing["period"], timing["period_unit"]) == (1, 1, "day")
            assert timing["bounds"] == phase["bounds"]
            assert timing["when"] in dosage["text"]
            assert timing["at"]


def test_the_words_and_the_structure_of_a_dose_agree(result: Result) -> None:
    for phase in phases(result):
        for dosage in phase["dosage"]:
            made = " and ".join(in_words(take) for take in dosage["take"])
            assert dosage["text"].startswith(made)
            assert made in phase["says"]
            held = sum(
                exact(t["quantity"]) * Fraction(str(t["product"]["strength"]["value"]))
                for t in dosage["take"]
            )
            assert held == exact(dosage["dose"])


def test_the_doses_of_a_day_add_up_to_the_total_that_the_line_states(result: Result) -> None:
    for phase in phases(result):
        total = sum((exact(d["dose"]) for d in phase["dosage"]), Fraction(0))
        assert total == exact(phase["daily_dose"])
        if phase["dosage"]:
            assert f"{float(total):g} mg in the day" in phase["says"]
        else:
            assert "no baclofen" in phase["says"]


def test_the_bounds_are_the_days_of_the_line_and_follow_each_other(result: Result) -> None:
    found = phases(result)
    for phase, after in zip(found, [*found[1:], None], strict=True):
        start, end = phase["bounds"]["start"], phase["bounds"]["end"]
        assert show_date(date.fromisoformat(start)) in phase["says"]
        if after is None:
            assert end is None and phase["days"] is None
            continue
        assert show_date(date.fromisoformat(end)) in phase["says"]
        assert date.fromisoformat(after["bounds"]["start"]) - date.fromisoformat(end) == timedelta(days=1)
        assert phase["days"] == (date.fromisoformat(end) - date.fromisoformat(start)).days + 1


def test_the_supply_of_the_phases_is_the_supply_of_the_plan(result: Result) -> None:
    plan = result.plan
    assert isinstance(plan, Plan)
    used: Counter[str] = Counter()
    for phase in phases(result):
        for supply in phase["supply"]:
            strength = supply["product"]["strength"]
            per = " per mL" if strength["per"] == "mL" else ""
            used[f"{strength['value']:g} mg{per}"] += exact(supply["used"])  # type: ignore[assignment]
            handed = exact(supply["handed_out"])
            assert 0 <= handed - exact(supply["used"]) < 1
            assert supply["used"]["unit"] == "mL" or handed.denominator == 1
    assert used == {s.name: s.units for s in plan.supply}


def test_the_other_medicine_of_a_switch_is_structured_alike() -> None:
    partner = result_data(PLANS["switch"])["plan"]["partner"]
    assert [p["daily_dose"]["value"] for p in partner["phases"]] == [2, 4, 6, 8]
    for phase, step in zip(partner["phases"], partner["steps"], strict=True):
        assert phase["medicine"] == "tizanidine"
        assert phase["bounds"] == {"start": step["first"], "end": step["last"]}
        assert sum(d["dose"]["value"] for d in phase["dosage"]) == step["mg_per_day"]
        assert all("mg in the" in d["text"] or "mg at midday" in d["text"] for d in phase["dosage"])


def test_a_half_is_taken_only_of_a_product_that_may_be_halved() -> None:
    takes = [t for p in phases(PLANS["taper of halves"]) for d in p["dosage"] for t in d["take"]]
    assert any(t["quantity"]["value"] % 1 for t in takes)
    assert all(t["product"]["may_be_halved"] for t in takes if t["quantity"]["value"] % 1)
