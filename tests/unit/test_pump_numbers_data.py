"""The numbers pump plans respect: each read somewhere, meant for one text and population, and used."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from eutonia.errors import Code, InputRefused
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.pump_numbers import LABELS, POPULATIONS, PUMP_UNITS
from eutonia.knowledge.schema import Check
from eutonia.plan.pump.label import Guide
from eutonia.plan.pump.outcome import PumpRefusal, Why
from eutonia.plan.pump.start import FirstDose, first_daily_dose
from tests.pump_plan_base import KNOWLEDGE, guide, the
from tests.unit.broken_base import copy_of, swap, the_problem

SOURCE = Path(__file__).parents[2] / "src" / "eutonia" / "plan" / "pump"


def test_every_name_has_a_number_and_every_number_is_used_by_a_plan() -> None:
    kept = {n.name for n in KNOWLEDGE.pump}
    assert kept == set(PUMP_UNITS)
    code = "\n".join(p.read_text(encoding="utf-8") for p in SOURCE.glob("*.py"))
    assert not {name for name in kept if f'"{name}"' not in code}


def test_no_number_rests_on_memory() -> None:
    assert not [n.id for n in KNOWLEDGE.pump if all(c.check is Check.RECALLED for c in n.evidence)]


def test_no_text_gives_two_numbers_for_one_patient() -> None:
    for name in PUMP_UNITS:
        for label in LABELS:
            for population in POPULATIONS:
                fitting = [
                    n
                    for n in KNOWLEDGE.pump
                    if n.name == name
                    and (not n.labels or label in n.labels)
                    and (not n.populations or population in n.populations)
                ]
                ranks = [(bool(n.labels), bool(n.populations)) for n in fitting]
                assert len(ranks) == len(set(ranks)), (name, label, population)


def test_every_range_has_its_lower_end_below_its_upper_end() -> None:
    for name in PUMP_UNITS:
        if name.endswith(".least") and name.replace(".least", ".most") in PUMP_UNITS:
            for label in LABELS:
                for population in POPULATIONS:
                    low = guide(label, population).find(name)
                    high = guide(label, population).find(name.replace(".least", ".most"))
                    assert (low is None) == (high is None), (name, label, population)
                    if low is not None and high is not None:
                        assert low.exact <= high.exact


def first(label: str, hours: int | Fraction, *, reaction: bool = False) -> FirstDose | PumpRefusal:
    return first_daily_dose(guide(label), 50, hours, has_responded=True, had_adverse_reaction=reaction)


@pytest.mark.parametrize(
    ("label", "hours", "daily"),
    [
        ("US", 8, 100),
        ("US", 9, 50),
        ("DE", 9, 100),
        ("DE", 13, 50),
        ("NL", 9, 100),
        ("NL", 13, 50),
        ("JP", 2, 50),
        ("JP", 20, 50),
    ],
)
def test_the_rule_of_doubling_is_that_of_the_text_that_is_followed(
    label: str, hours: int, daily: int
) -> None:
    found = first(label, hours)
    assert isinstance(found, FirstDose)
    assert found.micrograms == daily


@pytest.mark.parametrize("label", ["DE", "NL"])
def test_an_effect_of_exactly_12_hours_is_left_to_the_clinic_where_the_text_is_silent(label: str) -> None:
    found = first(label, 12)
    assert isinstance(found, PumpRefusal)
    assert found.reason is Why.SOURCES_DIFFER
    assert "50 and 100 micrograms a day" in found.next_step


def test_the_belgian_text_was_not_read_for_the_first_dose_and_others_stand_beside_it() -> None:
    found = first("BE", 6)
    assert isinstance(found, PumpRefusal)
    assert found.reason is Why.NOT_READ
    assert found.says.startswith("The first daily dose was not read in the Belgian text.")
    assert "The United States text: The first daily dose is twice" in found.says
    assert "The Japanese text: The screening dose that worked is the first" in found.says


@pytest.mark.parametrize("label", ["UK", "FR", "", "us"])
def test_without_a_text_that_was_read_nothing_is_planned(label: str) -> None:
    with pytest.raises(InputRefused) as refused:
        Guide(KNOWLEDGE, label, "spinal")
    assert refused.value.problems[0].accepted == LABELS


def test_steps_differ_by_text_and_population() -> None:
    name = "titration.rise.most"
    assert [the(name, "US", p).exact for p in POPULATIONS] == [30, 15, 15]
    assert the(name, "DE", "cerebral").exact == 30
    assert the(name, "NL", "child").exact == 15
    assert guide("NL", "spinal").find(name) is None
    assert guide("JP", "spinal").find(name) is None
    assert {n.labels for n in guide("DE", "child").others(name)} == {("US",), ("NL",)}


def test_a_number_in_the_wrong_unit_does_not_load(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "pump.yaml", "value: 180 day", "value: 180 mL")
    assert "refill.stability" in the_problem(root, Code.WRONG_DIMENSION).why


def test_a_text_or_population_that_does_not_exist_does_not_load(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "pump.yaml", "populations: [spinal]", "populations: [spine]")
    assert "spine" in the_problem(root, Code.UNKNOWN_WORD).why


def test_a_number_that_has_ended_is_left_out(tmp_path: Path) -> None:
    from datetime import date

    root = copy_of(tmp_path)
    swap(
        root,
        "pump.yaml",
        "grade: label, from: 2026-11-22",
        "grade: label, from: 2026-11-22, until: 2027-01-31",
    )
    before, after = (load_knowledge(date(2027, m, 1 if m == 2 else 31), root).pump for m in (1, 2))
    assert len(before) == len(after) + 1
