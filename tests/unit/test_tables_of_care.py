"""The schedules, frequencies and scales kept as tables agree with the rules and with what a record can hold."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from eutonia.knowledge.condition import Holds, Vocabulary, parse_condition
from eutonia.knowledge.library import Row
from eutonia.knowledge.loader import load_knowledge

KNOWLEDGE = load_knowledge()
MONITORING = KNOWLEDGE.tables["monitoring"].rows
EFFECTS = {row.id: row.cells for row in KNOWLEDGE.tables["adverse-effects"].rows}
SCALES = {row.id: row.cells for row in KNOWLEDGE.tables["scales"].rows}
WORDS = Vocabulary(
    {name: fact.type for name, fact in KNOWLEDGE.facts.items()},
    {name: fact.values for name, fact in KNOWLEDGE.facts.items() if fact.values},
)


def holds(row: Row, **facts: object) -> bool:
    condition = parse_condition(str(row.cells["when"]), WORDS)
    return condition.evaluate(facts).holds is Holds.YES  # type: ignore[arg-type]


def test_every_condition_of_the_schedule_is_one_over_known_facts() -> None:
    for row in MONITORING:
        if row.cells["when"] is not None:
            assert parse_condition(str(row.cells["when"]), WORDS).facts


def test_every_measurement_of_the_schedule_can_be_recorded() -> None:
    for row in MONITORING:
        named = str(row.cells["observation"] or "")
        for name in filter(None, (part.strip() for part in named.split(";"))):
            assert f"observation:{name}" in KNOWLEDGE.terms


def test_the_codes_of_the_schedule_are_those_by_which_the_measurement_is_recognised() -> None:
    for row in MONITORING:
        known = {
            code
            for part in str(row.cells["observation"] or "").split(";")
            if (term := KNOWLEDGE.terms.get(f"observation:{part.strip()}")) is not None
            for code in term.codes.get("LOINC", ())
        }
        shown = str(row.cells["loinc"] or "")
        assert row.id == "MON-07" or all(code in shown for code in known if code != "2708-6"), row.id


@pytest.mark.parametrize(
    ("age", "egfr", "medicine"), list(product((64, 65), (29, 30, 59, 60), (False, True)))
)
def test_the_rule_on_kidney_checks_and_the_schedule_say_the_same(age: int, egfr: int, medicine: bool) -> None:
    facts = {"age": age, "egfr": egfr, "takes_kidney_affecting_medicine": medicine, "has_oral_baclofen": True}
    cases = {c.name: c.when.evaluate(facts).holds is Holds.YES for c in KNOWLEDGE.rule("MON-01").cases}  # type: ignore[arg-type]
    rows = {row.id: holds(row, **facts) for row in MONITORING if row.cells["item"] == "MON-01"}
    assert rows == {
        "MON-01-usual": cases["usual intervals"],
        "MON-01-early": cases["early check"],
        "MON-01-medicine": cases["yearly with another medicine"],
        "MON-01-older": cases["every 6 months"],
        "MON-01-reduced": cases["every 3 months"],
    }


def test_days_of_the_schedule_are_ordered() -> None:
    for row in MONITORING:
        for low, high in (("check_from", "check_to"), ("steady_from", "steady_to")):
            first, last = row.cells[low], row.cells[high]
            assert (first is None) == (last is None)
            assert first is None or float(str(first)) <= float(str(last))


def test_what_a_source_does_not_say_stays_empty_and_no_column_is_filled_from_another() -> None:
    assert EFFECTS["urinary-frequency"]["canadian_words"] is None
    assert EFFECTS["respiratory-depression"]["us_low"] is None
    assert (EFFECTS["any"]["dario2004_low"], EFFECTS["any"]["ertzgaard2017_low"]) == (10, 25)


def test_those_who_stopped_are_those_of_the_trial_that_was_read() -> None:
    assert EFFECTS["stopped"]["hedley1975"] == pytest.approx(100 * 19 / 35, abs=0.5)
    assert EFFECTS["weakness"]["hedley1975"] == pytest.approx(100 * 9 / 35, abs=0.5)
    shown = " ".join(str(value) for value in EFFECTS["stopped"].values())
    assert "27" not in shown


def test_the_scales_a_record_can_hold_have_the_grades_of_the_table() -> None:
    for row, term in (
        ("SCL-01", "ashworth"),
        ("SCL-02", "modified ashworth"),
        ("SCL-04", "penn spasm frequency"),
    ):
        grades = KNOWLEDGE.terms[f"observation:{term}"].grades
        numbers = [float(g) for g in grades if g.isdigit()]
        assert (min(numbers), max(numbers)) == (SCALES[row]["low"], SCALES[row]["high"])
    assert KNOWLEDGE.terms["observation:poss"].grades == ("S", "1", "2", "3", "4")


def test_what_counts_as_a_response_is_what_the_table_of_scales_gives() -> None:
    limits = {limit.id: limit.value for limit in KNOWLEDGE.limits}
    assert limits["response-ashworth"] == Fraction(str(SCALES["SCL-02"]["arm_change"]))
    assert limits["response-ashworth-leg"] == Fraction(str(SCALES["SCL-02"]["leg_change"]))


def test_all_cards_on_no_response_ask_the_same_fact() -> None:
    for name in ("DOS-14", "DOS-15", "SCL-20"):
        assert "not has_response" in KNOWLEDGE.rule(name).when.text
        assert KNOWLEDGE.rule(name).merge == "response"


def test_each_id_of_these_topics_went_somewhere() -> None:
    placed = {p.id for p in KNOWLEDGE.catalogue}
    wanted = {f"AE-{i:02d}" for i in range(1, 19)} | {f"MON-{i:02d}" for i in range(1, 12)}
    wanted |= {f"WD-{i:02d}" for i in range(1, 11)} | {f"OD-{i:02d}" for i in range(1, 19)}
    wanted |= {f"SCL-{i:02d}" for i in range(1, 13)} | {"SCL-20", "SCL-21"}
    assert wanted <= placed
