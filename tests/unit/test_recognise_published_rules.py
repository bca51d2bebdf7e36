"""Published rules counted by hand, three-valued where something is not known."""

from __future__ import annotations

import pytest

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.recognition import RuleKind
from eutonia.recognise.scores import Scored, score_rule
from tests.recognise_base import on_facts


def _score(name: str, **facts: Value) -> Scored:
    return score_rule(load_knowledge().recognition.rules[name], facts)


@pytest.mark.parametrize(
    "signs",
    [
        {"has_spontaneous_clonus": True},
        {"has_inducible_clonus": True, "has_agitation": True},
        {"has_inducible_clonus": True, "has_sweating": True},
        {"has_ocular_clonus": True, "has_sweating": True},
        {"has_tremor": True, "has_hyperreflexia": True},
        {"has_rigidity": True, "temperature": 38.1, "has_inducible_clonus": True},
    ],
)
def test_each_of_the_five_hunter_criteria_is_enough_with_a_serotonergic_medicine(
    signs: dict[str, Value],
) -> None:
    assert _score("hunter", takes_serotonergic=True, **signs).holds is Holds.YES
    assert _score("hunter", takes_serotonergic=False, **signs).holds is Holds.NO
    assert _score("hunter", **signs).holds is Holds.UNKNOWN


def test_clonus_on_a_stretch_alone_or_stiffness_alone_is_no_hunter_criterion() -> None:
    nothing_else = dict.fromkeys(
        ("has_spontaneous_clonus", "has_ocular_clonus", "has_agitation", "has_sweating", "has_tremor"), False
    )
    facts = {**nothing_else, "takes_serotonergic": True, "has_hyperreflexia": False, "temperature": 38.0}
    assert _score("hunter", **facts, has_inducible_clonus=True, has_rigidity=True).holds is Holds.NO
    # At 38.0 degrees exactly the last criterion does not hold; at 38.1 it does.
    warm = {**facts, "temperature": 38.1}
    assert _score("hunter", **warm, has_inducible_clonus=True, has_rigidity=True).holds is Holds.YES


_FULL_WITHDRAWAL = {
    "took_dopamine_blocker_72h": False,
    "occasions_over_38": 2.0,
    "has_rigidity": True,
    "has_confusion": True,
    "creatine_kinase_ratio": 12.0,
    "has_labile_pressure": True,
    "has_sweating": True,
    "heart_rate_rise_percent": 40.0,
    "breathing_rate_rise_percent": 60.0,
}


def test_a_full_withdrawal_reaches_73_points_without_a_blocker_and_never_more() -> None:
    # 18 + 17 + 13 + 10 + 10 + 5 by hand.
    scored = _score("nms-consensus", **_FULL_WITHDRAWAL, has_negative_workup=False)
    assert (scored.least, scored.most) == (73, 73)


def test_a_work_up_is_never_negative_while_baclofen_is_missing_or_may_be() -> None:
    missing = {**_FULL_WITHDRAWAL, "has_negative_workup": True}
    assert _score("nms-consensus", **missing, has_lost_delivery=True).least == 73
    unresolved = _score("nms-consensus", **missing)
    assert (unresolved.least, unresolved.most) == (73, 80)
    assert _score("nms-consensus", **missing, has_lost_delivery=False).least == 80


def test_all_criteria_together_are_a_hundred_points_and_no_cut_off_is_shown() -> None:
    rule = load_knowledge().recognition.rules["nms-consensus"]
    assert sum(item.points for item in rule.items) == 100
    assert [item.points for item in rule.items] == [20, 18, 17, 13, 10, 10, 5, 7]
    assert rule.enough is None
    assert not rule.ranks
    assert "74" not in f"{rule.says} {rule.caveat} {rule.departs}"


def test_malignant_hyperthermia_counts_only_the_highest_of_each_process() -> None:
    facts: dict[str, Value] = {"had_triggering_anaesthetic": True, "has_masseter_spasm": True}
    facts |= {"has_anaesthetic_rigidity": True, "creatine_kinase": 25000.0, "has_dark_urine": True}
    facts |= {"potassium": 7.0, "temperature": 40.0, "heart_rate": 150.0, "has_low_ph": True}
    # rigidity 15 once, muscle 15 once, temperature 10, heart 3, pH 10: 53.
    scored = _score("mh-grading", **facts)
    assert scored.least == 53
    assert scored.rank == "almost certain"


@pytest.mark.parametrize(
    ("points", "rank"),
    [
        (0, "almost never"),
        (3, "unlikely"),
        (9, "unlikely"),
        (10, "somewhat less than likely"),
        (20, "somewhat greater than likely"),
        (35, "very likely"),
        (50, "almost certain"),
    ],
)
def test_the_ranks_of_malignant_hyperthermia_begin_where_the_copies_say(points: int, rank: str) -> None:
    ranks = load_knowledge().recognition.rules["mh-grading"].ranks
    assert [r.words for r in ranks if points >= r.at_least][-1] == rank


def test_two_of_four_signs_of_meningitis() -> None:
    rest = dict.fromkeys(("has_coma", "has_somnolence", "has_agitation", "has_mutism"), False)
    assert _score("meningitis-four", has_headache=True, has_neck_stiffness=True).holds is Holds.YES
    one = {**rest, "has_headache": True, "has_neck_stiffness": False, "has_fever": False, "temperature": 37.0}
    assert _score("meningitis-four", **one, has_confusion=False).holds is Holds.NO
    assert _score("meningitis-four", **one).holds is Holds.UNKNOWN


def test_withdrawal_is_graded_by_the_gravest_sign_and_by_none_without_a_loss() -> None:
    grade = lambda **f: _score("withdrawal-grade", has_lost_delivery=True, **f).least  # noqa: E731
    assert grade() == 0
    assert grade(has_itch=True) == 1
    assert grade(has_itch=True, has_hallucination=True) == 2
    assert grade(has_worse_spasticity=True, temperature=39.0) == 3
    assert grade(has_worse_spasticity=True, temperature=38.9) == 2
    assert grade(creatine_kinase=1000.0) == 4
    assert _score("withdrawal-grade", has_lost_delivery=False, has_itch=True).least == -1


def test_of_the_dystonia_plan_only_the_two_levels_that_were_read_are_there() -> None:
    rule = load_knowledge().recognition.rules["dsap"]
    assert rule.kind is RuleKind.GRADE
    assert [item.points for item in rule.items] == [1, 2]
    assert _score("dsap", cannot_sit=True).least == 2


def test_a_rule_whose_exposure_is_known_to_be_missing_is_not_shown() -> None:
    shown = on_facts(has_fever=True, has_agitation=True, takes_serotonergic=False).scores
    assert "hunter" not in {s.rule.id for s in shown}
    shown = on_facts(has_fever=True, has_agitation=True).scores
    assert "hunter" in {s.rule.id for s in shown}


def test_of_a_grading_only_what_makes_the_grade_is_said_to_count() -> None:
    scored = _score("withdrawal-grade", has_lost_delivery=True, has_itch=True, creatine_kinase=1000.0)
    assert len(scored.met) == 1
    assert scored.met[0].startswith("critical")
