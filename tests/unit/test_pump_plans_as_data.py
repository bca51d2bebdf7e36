"""A pump plan as data: every amount and date another system needs, exactly, and the same as the sentences say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eutonia.plan.pump.exact import show_amount
from eutonia.plan.pump.order import amount_data, order_data
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.programme import read_pattern, read_periodic
from eutonia.show import show_date
from tests.house.test_pump_plans_language import PLANS, texts
from tests.pump_plan_base import KNOWLEDGE

UNITS = {"h", "mL", "mL/day", "microgram", "microgram/day", "microgram/h", "microgram/mL", "percent"}
#: What has no sentence of its own in every plan. An hourly rate is told in patterns alone.
NOT_SAID = {
    "size",
    "alarm",
    "mean_flow",
    "from_hour_of_day",
    "to_hour_of_day",
    "concentration",
    "every",
    "rate",
}

WHOLE = {name: plan for name, plan in PLANS.items() if isinstance(plan, PumpPlan)}


def data(name: str) -> dict[str, object]:
    """Through JSON and back: nothing in it is anything but plain data."""
    found = json.loads(json.dumps(order_data(WHOLE[name].ordered)))
    assert isinstance(found, dict)
    return found


def amounts(found: object, name: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every amount with the name of its field, however deep."""
    if isinstance(found, dict):
        if "unit" in found:
            yield name, found
        else:
            for key, value in found.items():
                yield from amounts(value, key)
    elif isinstance(found, list):
        for one in found:
            yield from amounts(one, name)


def exact(amount: dict[str, str]) -> Fraction:
    if "value" in amount:
        return Fraction(amount["value"])
    return Fraction(int(amount["numerator"]), int(amount["denominator"]))


@pytest.mark.parametrize("name", WHOLE)
def test_every_plan_names_its_drug_and_has_something_to_pass_on_in_named_units(name: str) -> None:
    found = data(name)
    assert (found["drug"], found["route"]) == ("baclofen", "into the spinal fluid")
    listed = [*amounts(found)]
    assert listed
    assert {amount["unit"] for _, amount in listed} <= UNITS
    assert all(isinstance(text, str) for _, amount in listed for text in amount.values())


@pytest.mark.parametrize("name", WHOLE)
def test_every_amount_and_date_passed_on_stands_in_the_sentences_of_the_plan(name: str) -> None:
    found, said = data(name), " ".join(texts(WHOLE[name])).replace("half", "0.5")
    for field, amount in amounts(found):
        value = exact(amount)
        if field in NOT_SAID or (field == "from" and value == 0) or value == 0:
            continue
        shown = re.escape(show_amount(value).removeprefix("about "))
        assert re.search(rf"(?<![\d.,]){shown}(?![.,]?\d)", said), (field, amount)
    dates = found["dates"]
    assert isinstance(dates, list)
    for one in dates:
        assert show_date(date.fromisoformat(one["on"])) in said, one["what"]


@pytest.mark.parametrize("name", WHOLE)
def test_the_steps_and_boluses_passed_on_add_up_to_the_24_hour_total_beside_them(name: str) -> None:
    orders = data(name)["orders"]
    assert isinstance(orders, list)
    for order in orders:
        total = Fraction(0)
        for step in order["steps"]:
            hours = exact(step["to_hour_of_day"]) - exact(step["from_hour_of_day"])
            assert exact(step["rate"]) * hours == exact(step["dose"])
            total += exact(step["dose"])
        if order["bolus"] is not None:
            total += exact(order["bolus"]["dose"]) * 24 / exact(order["bolus"]["every"])
        assert total == exact(order["dose_in_24_hours"])
        if order["concentration"] is not None:
            assert exact(order["mean_flow"]) * exact(order["concentration"]) == total


def test_a_ladder_is_passed_on_as_one_programme_a_step_with_its_hour_rate_and_flow() -> None:
    orders = data("titration")["orders"]
    assert isinstance(orders, list)
    before, first, *_ = orders
    assert (before["purpose"], before["dose_in_24_hours"]["value"]) == ("before", "97")
    assert first["purpose"] == "programme" and first["mode"] == "simple continuous"
    assert first["from"] == {"value": "0", "unit": "h"}
    dose = Fraction(97) * Fraction(7, 6)
    assert exact(first["dose_in_24_hours"]) == dose
    assert exact(first["steps"][0]["rate"]) == dose / 24
    assert first["mean_flow"]["unit"] == "mL/day" and exact(first["mean_flow"]) == dose / 500
    assert [exact(o["from"]) for o in orders[1:]] == [31 * k for k in range(len(orders) - 1)]
    assert exact(orders[-1]["dose_in_24_hours"]) == 211


def test_a_bridge_is_passed_on_with_the_old_strength_and_the_new_programme_begins_after_it() -> None:
    found = data("bridge")
    orders, doses = found["orders"], found["single_doses"]
    assert isinstance(orders, list) and isinstance(doses, list)
    (bridge,) = doses
    assert (bridge["purpose"], bridge["concentration"]["value"]) == ("bridge", "500")
    assert bridge["duration"] == orders[1]["from"]
    assert exact(bridge["dose"]) == exact(bridge["volume"]) * 500
    assert [o["concentration"]["value"] for o in orders] == ["500", "2000"]


def test_a_day_pattern_and_boluses_are_passed_on_step_by_step() -> None:
    orders = data("mode")["orders"]
    assert isinstance(orders, list)
    boluses, pattern = orders
    assert boluses["mode"] == "periodic bolus"
    assert boluses["bolus"]["dose"] == {"value": "50", "unit": "microgram"}
    assert boluses["bolus"]["duration"] == {"numerator": "1", "denominator": "3", "unit": "h"}
    assert boluses["bolus"]["every"]["value"] == "7"
    assert boluses["steps"][0]["rate"] == {"value": "1", "unit": "microgram/h"}
    assert pattern["mode"] == "day pattern" and pattern["bolus"] is None
    assert [exact(s["dose"]) for s in pattern["steps"]] == [70, 130, 101]
    assert sum(exact(s["dose"]) for s in pattern["steps"]) == exact(pattern["dose_in_24_hours"])
    alone = read_periodic(KNOWLEDGE, micrograms=50, duration_h=1, every_h=6)
    assert alone.base == 0 and read_pattern(KNOWLEDGE, [(0, 20)]).daily == 20


def test_a_refill_and_a_missed_one_are_passed_on_with_the_reservoir_and_its_state() -> None:
    refill, late = data("refill"), data("empty")
    reservoir, state = refill["reservoir"], late["reservoir"]
    listed = refill["dates"]
    assert isinstance(reservoir, dict) and isinstance(state, dict) and isinstance(listed, list)
    dates = {one["what"]: one["on"] for one in listed}
    assert reservoir["filled"] == {"value": "19.3", "unit": "mL"} and reservoir["state"] is None
    assert {"filled on", "refill by", "alarm on", "empty on", "solution keeps until"} == set(dates)
    assert dates["filled on"] == "2026-11-22"
    assert (state["state"], state["left"]["value"]) == ("empty", "0")


def test_no_dose_to_restart_at_is_passed_on() -> None:
    orders = data("restart")["orders"]
    assert isinstance(orders, list)
    assert [order["purpose"] for order in orders] == ["before"]


def test_what_is_not_known_is_passed_on_as_not_known_never_as_nothing() -> None:
    change = data("change of dose")["orders"]
    assert isinstance(change, list)
    assert [(o["concentration"], o["mean_flow"]) for o in change] == [(None, None)] * 2
    magnet = data("magnet")["reservoir"]
    assert isinstance(magnet, dict) and magnet["filled"] is None and magnet["state"] is None
    assert amount_data(None, "mL") is None


@given(value=st.fractions(max_denominator=10**6) | st.decimals(-5000, 5000, places=6).map(Fraction))
def test_an_amount_is_passed_on_without_losing_a_digit(value: Fraction) -> None:
    found = amount_data(value, "mL")
    assert found is not None and exact(found) == value
    if "value" in found:
        assert "E" not in found["value"] and not ("." in found["value"] and found["value"].endswith("0"))
    else:
        assert "." not in found["numerator"] + found["denominator"]
