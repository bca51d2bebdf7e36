"""The glossary of facts: every name is set by code, used by a rule, and means one thing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eutonia.knowledge.condition import Condition
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import FactDefinition

SOURCE = Path(__file__).parents[2] / "src" / "eutonia"
FACTS = load_knowledge().facts

#: Facts no rule or limit asks for, and what they are for all the same.
READ_BY_PEOPLE_ONLY = {
    "kidney_replacement": "the kind of dialysis in the working",
    "days_since_reduction": "the working behind a recent reduction",
    "doses_per_day": "in the list of facts",
    "recent_pump_reduction": "the working behind a loss of delivery",
    "largest_cut_percent": "in the list of facts, beside a taper",
}


def _used() -> set[str]:
    knowledge = load_knowledge()
    conditions = [rule.when for rule in knowledge.rules]
    conditions += [case.when for rule in knowledge.rules for case in rule.cases]
    conditions += [limit.when for limit in knowledge.limits]
    return {name for condition in [*conditions, *_recognising()] for name in condition.facts}


def _recognising() -> list[Condition]:
    """Every condition of the recognising room."""
    base = load_knowledge().recognition
    found = [p.when for p in (*base.presentations.values(), *base.red_flags.values(), *base.priors.values())]
    for explanation in base.explanations.values():
        found += [explanation.gate, *(c.when for c in (*explanation.fits, *explanation.against))]
        found += [w for x in explanation.windows for w in (x.within, x.before, x.beyond) if w is not None]
    for rule in base.rules.values():
        found += [rule.needs, *(item.when for item in rule.items)]
    for step in base.device.values():
        found += [step.is_done, *(meaning.when for meaning in step.meanings)]
    found += [rung.when for ladder in base.ladders.values() for rung in ladder.rungs]
    assert base.opposites is not None
    found += [contradiction.when for contradiction in base.contradictions.values()]
    return [*found, base.opposites.signs, base.opposites.loss, base.opposites.excess, base.opposites.grave]


def _named_in_code() -> set[str]:
    """Every text in the code that could be the name of a fact."""
    rooms = [*(SOURCE / "assess").glob("*.py"), *(SOURCE / "recognise").glob("*.py")]
    named = {
        name for path in rooms for name in re.findall(r'"([a-z0-9_]+)"', path.read_text(encoding="utf-8"))
    }
    # The hours from a cause to the first sign are set for each kind of cause under a name made of it.
    return named | {f"{cause}_to_onset_{end}" for cause in named for end in ("earliest", "latest")}


@pytest.mark.parametrize("name", [n for n, f in FACTS.items() if f.origin == "computed"])
def test_every_computed_fact_is_set_by_code(name: str) -> None:
    assert name in _named_in_code(), f"{name} stands in the glossary, but nothing computes it"


def test_every_fact_is_used_by_a_rule_or_a_limit_or_is_there_for_people() -> None:
    unused = set(FACTS) - _used()
    assert unused == set(READ_BY_PEOPLE_ONLY), (
        f"not listed: {unused - set(READ_BY_PEOPLE_ONLY)}; listed though used: {set(READ_BY_PEOPLE_ONLY) - unused}"
    )


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda f: f.name)
def test_every_fact_says_what_it_is_in_a_sentence(fact: FactDefinition) -> None:
    assert fact.says.endswith(".")
    assert fact.type != "number" or fact.unit, f"{fact.name} is a number without a unit"
    assert not fact.ask or fact.ask.endswith((".", ")."))


def test_every_fact_that_a_rule_must_ask_for_says_how_to_obtain_it() -> None:
    knowledge = load_knowledge()
    asked = {name for rule in knowledge.rules if rule.unknown == "ask" for name in rule.when.facts}
    always_known = {"jurisdiction", "asks", "quoted_daily_dose"}
    derived = {"jurisdiction_maximum", "single_dose_maximum"}
    silent = {name for name in asked if not FACTS[name].ask} - always_known - derived
    assert not silent


@pytest.mark.parametrize("fact", [f for f in FACTS.values() if f.values], ids=lambda f: f.name)
def test_a_text_fact_can_only_be_what_its_list_says(fact: FactDefinition) -> None:
    assert fact.type == "text"
    assert len(set(fact.values)) == len(fact.values)


def test_every_limit_is_read_by_some_code() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name != "limit_names.py"
    )
    unread = {limit.name for limit in load_knowledge().limits if f'"{limit.name}"' not in source}
    assert not unread
