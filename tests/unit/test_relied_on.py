"""What plans look up by its name is there in every base that loads, and the list of it is whole."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import eutonia
from eutonia.errors import Code, KnowledgeBroken
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.relied_on import PUMP_BY_TEXT, PUMP_FOR_ALL, RELIED_ON, find_missing
from eutonia.plan.pump.label import number_of, numbers_of
from eutonia.plan.pump.outcome import PumpRefusal, Why
from eutonia.plan.pump.wean import PumpWean, plan_pump_wean
from tests.pump_plan_base import implant
from tests.unit.broken_base import copy_of, refused, swap, the_problem

KNOWLEDGE = load_knowledge()
SOURCE = Path(eutonia.__file__).parent
LOOKS_UP = "\n".join(
    path.read_text(encoding="utf-8")
    for room in ("plan", "recognise", "report", "printed", "faces")
    for path in sorted((SOURCE / room).rglob("*.py"))
)
NAMES = {kind: names for (kind, _), names in RELIED_ON.items()}


def looked_up(pattern: str) -> set[str]:
    return set(re.findall(pattern, LOOKS_UP))


def test_every_statement_and_disagreement_a_plan_names_is_on_the_list() -> None:
    assert looked_up(r'\bnotes\["([^"]+)"\]') == set(NAMES["statement"])
    # Under “get” the plan for a restart answers for itself, as no other plan can.
    assert looked_up(r'\bconflicts(?:\[|\.get\()"([^"]+)"[\])]') == set(NAMES["disagreement"])


def test_every_rule_a_plan_names_is_on_the_list() -> None:
    plans = "\n".join(p.read_text(encoding="utf-8") for p in sorted((SOURCE / "plan").rglob("*.py")))
    ids = {rule.id for rule in KNOWLEDGE.rules}
    assert {name for name in re.findall(r'"([A-Z]+-\w+)"', plans) if name in ids} == set(NAMES["rule"])


def test_every_table_a_plan_names_is_on_the_list() -> None:
    assert {name for name in re.findall(r'"([a-z-]+)"', LOOKS_UP) if name in KNOWLEDGE.tables} == set(
        NAMES["table"]
    )


def test_every_number_for_pumps_that_holds_for_everybody_is_on_the_list() -> None:
    found = looked_up(r'number_of\(\s*(?:\w+\.)*knowledge, "([^"]+)"')
    found |= looked_up(r'"(physostigmine\.child[^"]*)"')
    assert found | {"physostigmine.child"} == set(PUMP_FOR_ALL)


def test_the_packaged_base_has_all_of_it() -> None:
    assert not list(find_missing(KNOWLEDGE))


@pytest.mark.parametrize("name", NAMES["rule"])
def test_a_base_without_a_rule_that_stands_in_the_way_of_a_plan_is_not_whole(name: str) -> None:
    without = replace(KNOWLEDGE, rules=tuple(r for r in KNOWLEDGE.rules if r.id != name))
    assert [p.why for p in find_missing(without)] == [
        f"There is no rule “{name}”; a plan looks it up by this name."
    ]


@pytest.mark.parametrize("name", [*PUMP_FOR_ALL, *PUMP_BY_TEXT])
def test_a_base_without_a_number_for_pumps_is_not_whole(name: str) -> None:
    without = replace(KNOWLEDGE, pump=tuple(n for n in KNOWLEDGE.pump if n.name != name))
    (problem,) = find_missing(without)
    assert f"“{name}”" in problem.why
    assert problem.path == "pump.yaml"


@pytest.mark.parametrize("name", NAMES["table"])
def test_a_base_without_a_table_of_plans_is_not_whole(name: str) -> None:
    without = replace(KNOWLEDGE, tables={k: t for k, t in KNOWLEDGE.tables.items() if k != name})
    assert [p.path for p in find_missing(without)] == ["tables"]


def test_a_base_in_which_a_rule_was_renamed_does_not_load(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    file = next(p for p in sorted((root / "rules").iterdir()) if "id: OD-19\n" in p.read_text("utf-8"))
    swap(root, f"rules/{file.name}", "id: OD-19\n", "id: OD-91\n")
    assert any(p.code is Code.MISSING_VALUE and "no rule “OD-19”" in p.why for p in refused(root))


def test_a_base_without_the_lead_before_an_alarm_does_not_load(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "pump.yaml", "name: refill.lead,", "name: refill.lead, labels: [JP],")
    assert "“refill.lead”" in the_problem(root, Code.MISSING_VALUE).why


def test_a_condition_in_a_table_of_checks_is_read_with_the_base_and_not_when_somebody_asks(
    tmp_path: Path,
) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "tables/monitoring.yaml", 'when: "egfr >= 60', 'when: "efgr >= 60')
    problem = the_problem(root, Code.BROKEN_CONDITION)
    assert "efgr" in problem.why
    assert problem.path.startswith("tables/monitoring.yaml:")
    assert int(problem.path.partition(":")[2].split()[0]) <= line


def test_a_number_that_has_ended_is_told_as_such_and_not_as_a_missing_key() -> None:
    ended = tuple(
        replace(n, valid_until=date(2026, 12, 31)) if n.name == "refill.lead" else n for n in KNOWLEDGE.pump
    )
    later = replace(KNOWLEDGE, pump=tuple(n for n in ended if n.valid_until is None))
    for look_up in (number_of, numbers_of):
        with pytest.raises(KnowledgeBroken, match=r"no number “refill\.lead” for pumps that still holds"):
            look_up(later, "refill.lead")


def test_of_two_texts_on_a_planned_stop_the_slower_is_followed() -> None:
    (own,) = (n for n in KNOWLEDGE.pump if n.name == "stop.fall.most")
    other = replace(own, id="another text", value=own.exact * 2, labels=("DE",))
    for pump in ((*KNOWLEDGE.pump, other), (other, *KNOWLEDGE.pump)):
        plan = plan_pump_wean(
            replace(KNOWLEDGE, pump=pump),
            implant(),
            current_micrograms=400,
            floor_micrograms=100,
            percent=Fraction(own.exact) + 1,
            every_h=48,
            pace="planned stop",
            concentration=2000,
            fill_ml=20,
        )
        assert not isinstance(plan, PumpWean)
        assert isinstance(plan, PumpRefusal)
        assert plan.reason is Why.OVER_LIMIT
