"""What the weighing promises, on arbitrary facts: nothing unknown is used, and nothing for it lowers it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.recognition import Direction
from eutonia.recognise.explain import Opposite, Recognised, recognise_facts
from eutonia.recognise.weigh import RANK, Band, Weighed, weigh

KNOWLEDGE = load_knowledge()
BASE = KNOWLEDGE.recognition


def _names() -> list[str]:
    conditions = [c.when for e in BASE.explanations.values() for c in (*e.fits, *e.against)]
    conditions += [e.gate for e in BASE.explanations.values()]
    assert BASE.opposites is not None
    conditions += [BASE.opposites.signs, BASE.opposites.loss, BASE.opposites.excess, BASE.opposites.grave]
    conditions += [p.when for p in BASE.presentations.values()] + [f.when for f in BASE.red_flags.values()]
    conditions += [
        w for e in BASE.explanations.values() for x in e.windows for w in (x.within, x.before, x.beyond) if w
    ]
    return sorted({name for c in conditions for name in c.facts})


NAMES = _names()
BOOLEANS = [n for n in NAMES if KNOWLEDGE.facts[n].type == "boolean"]


def _value(name: str) -> st.SearchStrategy[Value]:
    fact = KNOWLEDGE.facts[name]
    if fact.type == "boolean":
        return st.sampled_from([None, None, True, False])
    if fact.type == "text":
        return st.sampled_from([None, *fact.values])
    numbers = [-30, -2, 0, 1, 2, 5, 12, 24, 36, 37, 38.5, 39.5, 60, 110, 200, 1000, 20001]
    return st.sampled_from([None, None, *map(float, numbers)])


FACTS = st.fixed_dictionaries({name: _value(name) for name in NAMES})


def _bands(result: Recognised) -> dict[str, tuple[Band, int]]:
    return {a.id: (a.band, a.weighed.score) for a in result.answers}


@settings(max_examples=150, deadline=None)
@given(facts=FACTS)
def test_leaving_out_what_is_not_known_changes_nothing(facts: dict[str, Value]) -> None:
    known = {name: value for name, value in facts.items() if value is not None}
    assert recognise_facts(facts, KNOWLEDGE) == recognise_facts(known, KNOWLEDGE)


@settings(max_examples=100, deadline=None)
@given(facts=FACTS, order=st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(facts: dict[str, Value], order: object) -> None:
    names = list(facts)
    order.shuffle(names)  # type: ignore[attr-defined]
    assert recognise_facts({n: facts[n] for n in names}, KNOWLEDGE) == recognise_facts(facts, KNOWLEDGE)


def _speaks_against(one: Weighed, name: str) -> bool:
    """Whether the same fact also stands in something against the explanation, in its gate or in a published test."""
    explanation = one.explanation
    return any(name in c.when.facts for c in explanation.against)


@settings(max_examples=300, deadline=None)
@given(facts=FACTS, name=st.sampled_from(BOOLEANS), before=st.sampled_from([None, False]))
def test_a_fact_for_an_explanation_never_lowers_it(facts: dict[str, Value], name: str, before: Value) -> None:
    without, with_it = {**facts, name: before}, {**facts, name: True}
    for explanation in BASE.explanations.values():
        old, new = weigh(explanation, without, BASE), weigh(explanation, with_it, BASE)
        gained = {s.clue for s in new.fits} - {s.clue for s in old.fits}
        lost = {s.clue for s in old.fits} - {s.clue for s in new.fits}
        if not gained or lost or _speaks_against(old, name) or name in explanation.gate.facts:
            continue
        assert new.score >= old.score, explanation.id
        assert RANK[new.band] >= RANK[old.band], explanation.id


@settings(max_examples=200, deadline=None)
@given(facts=FACTS, name=st.sampled_from(BOOLEANS), before=st.sampled_from([None, False]))
def test_no_sign_that_is_added_takes_a_red_flag_away_or_lowers_the_urgency(
    facts: dict[str, Value], name: str, before: Value
) -> None:
    old = recognise_facts({**facts, name: before}, KNOWLEDGE)
    new = recognise_facts({**facts, name: True}, KNOWLEDGE)
    assert {f.id for f in old.red_flags} <= {f.id for f in new.red_flags}
    assert (new.urgency or 0) >= (old.urgency or 0)


@settings(max_examples=100, deadline=None)
@given(facts=FACTS)
def test_an_emergency_stands_first_and_its_absence_is_only_said_where_it_was_looked_for(
    facts: dict[str, Value],
) -> None:
    result = recognise_facts(facts, KNOWLEDGE)
    outcomes = {f.id: f.when.evaluate(facts).holds for f in BASE.red_flags.values()}
    assert {f.id for f in result.red_flags} == {n for n, holds in outcomes.items() if holds is Holds.YES}
    assert {o.flag.id for o in result.open_flags} == {
        n for n, holds in outcomes.items() if holds is Holds.UNKNOWN
    }
    assert [f.urgency for f in result.red_flags] == sorted(
        (f.urgency for f in result.red_flags), reverse=True
    )


@settings(max_examples=150, deadline=None)
@given(facts=FACTS)
def test_no_dose_of_baclofen_stands_in_a_ladder_unless_the_record_says_that_way(
    facts: dict[str, Value],
) -> None:
    result = recognise_facts(facts, KNOWLEDGE)
    for climbed in result.ladders:
        if climbed.ladder.direction is Direction.RESTORE and not climbed.held_back:
            assert facts["has_lost_delivery"] is True
            assert facts["has_excess_delivery"] is False
        if climbed.held_back:
            assert not any("baclofen" in d.what for rung in climbed.rungs for d in rung.doses)


@settings(max_examples=150, deadline=None)
@given(facts=FACTS)
def test_nothing_is_likely_without_its_necessary_exposure_being_known(facts: dict[str, Value]) -> None:
    for answer in recognise_facts(facts, KNOWLEDGE).answers:
        if answer.band is Band.LIKELY:
            assert answer.weighed.gate is Holds.YES


@settings(max_examples=150, deadline=None)
@given(facts=FACTS)
def test_while_the_direction_is_not_known_neither_giving_nor_taking_away_is_named(
    facts: dict[str, Value],
) -> None:
    result = recognise_facts(facts, KNOWLEDGE)
    if result.opposite in {Opposite.UNKNOWN, Opposite.BOTH}:
        for answer in result.answers:
            assert bool(answer.held_back) is (answer.weighed.explanation.direction.value != "neither")
    if result.opposite is Opposite.UNKNOWN:
        assert result.opposite_missing
        assert result.questions[0].decides_direction


@settings(max_examples=60, deadline=None)
@given(facts=FACTS, name=st.sampled_from(BOOLEANS))
def test_one_trigger_found_never_takes_another_explanation_off_the_list(
    facts: dict[str, Value], name: str
) -> None:
    triggers = ("has_constipation", "has_skin_lesion", "has_full_bladder")
    old = _bands(recognise_facts({**facts, **dict.fromkeys(triggers)}, KNOWLEDGE))
    new = _bands(recognise_facts({**facts, **dict.fromkeys(triggers, True)}, KNOWLEDGE))
    for other in ("oral-withdrawal", "intrathecal-under-delivery", "accumulation", "sepsis"):
        if other in old:
            assert new[other] == old[other]
