"""The tables on dosing say the same numbers as the limits and rules that judge a prescription."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eutonia.knowledge.library import KeptAs, Table
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Check
from eutonia.plan.outcome import Plan
from eutonia.units import Quantity
from tests.scenario_files import ask, base, patched

KNOWLEDGE = load_knowledge()
LADDERS, TAPERS = KNOWLEDGE.tables["titration-ladders"], KNOWLEDGE.tables["taper-rates"]
TOPICS = ("dosing", "products", "taper", "alternatives")


def cell(table: Table, row: str, column: str) -> float | None:
    value = next(r for r in table.rows if r.id == row).cells[column]
    assert value is None or isinstance(value, float)
    return value


def limit(limit_id: str) -> float:
    value = next(x for x in KNOWLEDGE.limits if x.id == limit_id).value
    return float(value) if isinstance(value, Fraction) else value.number(value.unit.symbol)


@pytest.mark.parametrize("country", ["us", "ca", "uk", "ie", "de", "fr", "ch", "au"])
def test_the_largest_dose_of_a_ladder_is_the_limit_of_its_country(country: str) -> None:
    assert cell(LADDERS, country, "maximum") == limit(f"oral-max-{country}")


def test_the_hospital_dose_of_australia_is_its_second_limit() -> None:
    assert cell(LADDERS, "au", "hospital_maximum") == limit("oral-max-au-hospital")


def test_no_country_goes_up_faster_than_the_limits_of_a_plan_allow() -> None:
    for row in LADDERS.rows:
        days, step = row.cells["step_days"], row.cells["step_most"]
        assert days is None or days >= limit("oral-step-days")  # type: ignore[operator]
        assert step is None or step <= limit("oral-step-size")  # type: ignore[operator]


def test_the_ladder_of_the_united_states_reaches_60_mg_on_its_tenth_day() -> None:
    start, step, days = (cell(LADDERS, "us", name) for name in ("start", "step_most", "step_days"))
    assert start is not None and step is not None and days is not None
    assert 1 + days * (60 - start) / step == 10


def test_the_shortest_trial_at_the_largest_dose_is_what_the_rule_counts() -> None:
    shortest = min(
        r.cells["trial_least"]  # type: ignore[type-var]
        for r in LADDERS.rows
        if r.cells["trial_least"] is not None and r.id != "fr-alcohol"
    )
    assert f"days_at_max >= {shortest:g}" in KNOWLEDGE.rule("DOS-14").when.text
    longest = max(
        float(str(r.cells["trial_most"]))
        for r in LADDERS.rows
        if r.cells["trial_most"] and r.id != "fr-alcohol"
    )
    assert f"days_at_max > {longest:g}" == KNOWLEDGE.rule("DOS-14").cases[0].when.text


def test_the_slow_taper_from_60_mg_takes_twelve_weeks() -> None:
    cut, days = cell(TAPERS, "slow", "cut_most"), cell(TAPERS, "slow", "days_least")
    assert cut is not None and days is not None
    assert 60 / cut * days == 12 * 7
    text = KNOWLEDGE.rule("TAP-06").when.text
    assert f"quickest_cut_per_week > {cell(TAPERS, 'default', 'cut_most'):g}" in text
    assert f"quickest_cut_per_week > {cut:g} " in text


def test_our_default_is_slower_than_every_labelled_time_from_60_mg() -> None:
    cut, days = cell(TAPERS, "default", "cut_most"), cell(TAPERS, "default", "days_least")
    assert cut is not None and days is not None
    labelled = [r.cells["total_most"] for r in TAPERS.rows if r.cells["total_most"] is not None]
    assert 60 / cut * days > max(float(str(x)) for x in labelled)


def test_no_rate_of_a_medicine_seller_is_kept() -> None:
    assert all(c.source != "S83c" for row in TAPERS.rows for c in row.evidence)
    assert any(c.source == "S83c" for c in KNOWLEDGE.notes["TAP-05"].evidence)


def test_products_in_the_table_that_plans_use_are_in_the_list_of_products() -> None:
    known = {
        (p.jurisdictions[0], float(p.concentration.number("mg/mL")))
        for p in KNOWLEDGE.products
        if isinstance(p.concentration, Quantity)
    }
    countries = {"United States": "US", "United Kingdom": "UK", "Ireland": "IE"}
    liquids = {
        (countries[str(r.cells["country"])], r.cells["mg_per_ml"])
        for r in KNOWLEDGE.tables["products"].rows
        if r.cells["form"] == "liquid"
    }
    assert liquids == known


def test_nothing_here_gives_a_dose_equivalent_to_baclofen() -> None:
    columns = {c.name for c in KNOWLEDGE.tables["alternatives"].columns}
    assert not {c for c in columns if "equivalent" in c or "ratio" in c}
    assert "No accepted number" in KNOWLEDGE.notes["SW-06"].say


def test_every_id_of_these_topics_is_placed_and_every_place_exists() -> None:
    placed = {p.id: p for p in KNOWLEDGE.catalogue if p.topic in TOPICS}
    wanted = {f"DOS-{n:02}" for n in range(1, 23)} | {f"TAP-{n:02}" for n in range(1, 11)}
    wanted |= {f"ALT-{n:02}" for n in range(1, 12)} | {f"SW-{n:02}" for n in range(1, 7)}
    wanted |= {"FORM-01", "FORM-02", "FORM-03"}
    assert wanted <= placed.keys()
    rows = {f"{t.id}/{r.id}" for t in KNOWLEDGE.tables.values() for r in t.rows}
    names = rows | set(KNOWLEDGE.tables) | set(KNOWLEDGE.notes)
    names |= {r.id for r in KNOWLEDGE.rules} | {x.id for x in KNOWLEDGE.limits}
    for placement in placed.values():
        assert {w for w in placement.where if not w.startswith("eutonia.")} <= names, placement.id
        assert placement.kept_as is not KeptAs.LEFT_OUT


def test_a_rate_from_memory_says_so() -> None:
    habit = next(r for r in TAPERS.rows if r.id == "habit")
    assert all(c.check is Check.RECALLED for c in habit.evidence)


@pytest.mark.parametrize(
    "disease",
    [{"what": "heart failure"}, {"what": "cirrhosis"}, {"what": "stroke", "status": "past"}],
    ids=lambda d: d["what"],
)
def test_a_plan_with_heart_or_liver_disease_starts_low_and_goes_slowly(disease: dict[str, str]) -> None:
    question = {"ask": "titration", "target": "20 mg/day", "proposed": None}
    change = {"record": {"problems": [{"what": "multiple sclerosis"}, disease]}, "question": question}
    plan = ask(patched(base("start-us"), change)).plan
    assert isinstance(plan, Plan)
    assert [int(step.daily_mg) for step in plan.steps] == [5, 10, 15, 20]
    assert [step.days for step in plan.steps] == [7, 7, 7, None]
    assert "DOS-10" in plan.assessment.quiet
