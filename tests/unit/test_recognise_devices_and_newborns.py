"""A device that was found broken, an hour after a refill, a newborn: what must not wait, and what must not be given."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.consult import consult_data
from eutonia.errors import InputRefused
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.recognition import Direction
from eutonia.recognise.explain import Recognised
from eutonia.recognise.ladders import Opposite, held_back
from tests.recognise_base import recognised
from tests.scenario_files import base, patched
from tests.unit.test_pump_asked import asked

PUMP, BABY = "recognise-pump", "recognise-newborn"
WORSE = [
    {"what": "worse spasticity", "onset": "2026-11-22 02:00"},
    {"what": "itch", "onset": "2026-11-22 02:00"},
]
TODAY = [{"what": "creatinine", "value": "0.7 mg/dL", "on": "2026-11-22 08:00"}]


def _with(signs: list[dict[str, Any]], name: str = PUMP, **record: Any) -> Recognised:
    return recognised({"record": {"signs": signs, **record}}, name)


def _rungs(answer: Recognised, ladder: str) -> set[str]:
    return {r.id for c in answer.ladders if c.ladder.id == ladder for r in c.rungs}


@pytest.mark.parametrize(
    "fault",
    ["motor stall", "reservoir empty", "pump stopped", "catheter fault on x-ray", "rotor does not turn"],
)
@pytest.mark.parametrize("creatinine", [[], TODAY])
def test_restoring_a_device_that_failed_waits_for_nothing_and_no_dose_is_caught_up(
    fault: str, creatinine: list[dict[str, Any]]
) -> None:
    answer = _with([*WORSE, {"what": fault}], observations=creatinine)
    assert answer.opposite is Opposite.DEVICE
    assert "does not wait" in answer.opposite_lead
    assert "No dose is added for the hours that were missed" in answer.opposite_says
    rungs = _rungs(answer, "withdrawal")
    assert "withdrawal-device" in rungs
    assert "withdrawal-1" not in rungs, "no dose by mouth and no rate while the rest is open"
    assert "Restoring the device" in answer.answer("intrathecal-under-delivery").held_back
    assert any(q.decides_direction for q in answer.questions), "the rest is still asked"


def test_a_sleepy_floppy_patient_with_a_stall_in_the_log_is_not_told_to_restore() -> None:
    answer = _with([{"what": "motor stall"}, {"what": "somnolence"}, {"what": "hypotonia"}])
    assert answer.opposite is not Opposite.DEVICE
    assert "withdrawal-device" not in _rungs(answer, "withdrawal")


def test_a_fault_nobody_proved_brings_no_step_that_restores_a_device() -> None:
    answer = _with(WORSE)
    assert answer.opposite is Opposite.UNKNOWN
    assert "withdrawal-device" not in _rungs(answer, "withdrawal")


def test_a_failed_device_never_speaks_for_less_baclofen() -> None:
    assert held_back(Direction.REDUCE, Opposite.DEVICE)
    assert held_back(Direction.RESTORE, Opposite.DEVICE)
    assert not held_back(Direction.NEITHER, Opposite.DEVICE)


def test_floppy_and_in_coma_hours_after_a_refill_is_too_much_until_shown_otherwise() -> None:
    signs = [{"what": w} for w in ("recent refill", "hypotonia", "coma")]
    answer = _with(signs)
    assert answer.opposite is Opposite.EXCESS
    assert "toxicity-6" in _rungs(answer, "toxicity"), "empty or stop the pump"
    stiff = _with([*signs, {"what": "rigidity"}])
    assert stiff.opposite is not Opposite.EXCESS


def test_a_seizure_is_treated_whichever_way_the_dose_has_to_go() -> None:
    missed = {"events": [{"what": "missed doses", "from": "2026-11-20"}]}
    answer = recognised({"record": {"signs": [{"what": "seizure"}], "observations": [], **missed}})
    assert answer.opposite is Opposite.UNKNOWN
    assert "withdrawal-seizure" in _rungs(answer, "withdrawal")
    assert "withdrawal-2" not in _rungs(answer, "withdrawal"), (
        "no dose of a benzodiazepine for the withdrawal itself"
    )


def test_a_cardiac_arrest_is_the_first_thing_said() -> None:
    answer = _with([{"what": "cardiac arrest"}, {"what": "fever"}])
    assert answer.red_flags[0].id == "B-1"


def test_of_a_poisoned_sleepy_child_the_overdose_is_said_before_stiffness() -> None:
    overdose = [{"what": "overdose", "from": "2026-11-22 08:00", "amount": "50 mg"}]
    answer = _with([{"what": "somnolence"}, {"what": "hypotonia"}], "recognise-oral", events=overdose)
    ids = [f.id for f in answer.red_flags]
    assert ids[0] == "O-1"
    assert "A-E1" not in ids
    assert "A-E7" in ids


def test_nobody_tests_the_orientation_of_somebody_in_a_coma() -> None:
    answer = _with([{"what": "coma"}], "recognise-oral")
    assert answer.questions
    assert "has_confusion" not in {fact for q in answer.questions for fact in q.facts}


# -- newborns ---------------------------------------------------------------------------------------------


def test_a_floppy_sleepy_newborn_is_not_told_that_baclofen_is_missing() -> None:
    answer = _with([{"what": "somnolence"}, {"what": "hypotonia"}], BABY)
    assert answer.opposite is Opposite.BOTH
    assert answer.opposite_lead.startswith("Birth ended what came from the mother")
    assert "nothing is given for withdrawal while this lasts" in answer.opposite_says
    assert "newborn-1" not in _rungs(answer, "newborn")
    assert answer.red_flags[0].id == "N-1"


def test_the_dose_for_a_newborn_waits_for_breathing_and_waking_and_not_for_the_mothers_creatinine() -> None:
    signs: list[dict[str, Any]] = [{"what": "seizure"}, {"what": "jitteriness"}]
    open_one = _with(signs, BABY)
    assert set(open_one.opposite_missing) == {"has_apnoea", "has_somnolence", "has_hypotonia"}
    assert "newborn-1" not in _rungs(open_one, "newborn")
    absent = [{"what": w, "present": False} for w in ("apnoea", "somnolence", "hypotonia", "coma")]
    settled = _with([*signs, *absent], BABY)
    assert settled.opposite is Opposite.LOSS
    assert "newborn-1" in _rungs(settled, "newborn")


def test_no_dose_of_an_adult_stands_on_any_ladder_of_a_newborn() -> None:
    absent = [{"what": w, "present": False} for w in ("apnoea", "somnolence", "hypotonia", "coma")]
    signs = [{"what": "seizure"}, {"what": "jitteriness"}, *absent]
    answer = _with(signs, BABY, reviewed={"therapy": None, "events": None, "medicines": None})
    assert answer.opposite is Opposite.LOSS
    assert answer.opposite_lead.startswith("Birth ended")
    doses = [d for c in answer.ladders for r in c.rungs for d in r.doses]
    assert doses
    assert all(d.for_children for d in doses)


def test_a_newborn_is_not_asked_for_an_implanted_pump() -> None:
    answer = _with([{"what": "seizure"}], BABY, reviewed={"therapy": None})
    asked_for = {fact for q in answer.questions for fact in q.facts}
    assert not {"has_pump_therapy", "had_pump_lately", "has_pump_alarm", "has_motor_stall"} & asked_for


# -- volumes ----------------------------------------------------------------------------------------------

FILLED = {"what": "volume at the last refill", "value": "18 mL", "on": "2026-08-22"}


def _residual(what: str, ml: int) -> dict[str, Any]:
    return {"what": f"{what} residual volume", "value": f"{ml} mL", "on": "2026-11-22"}


def test_a_volume_that_cannot_be_is_never_counted_for_one_side() -> None:
    answer = _with(WORSE, observations=[FILLED, _residual("expected", 25), _residual("measured", 5)])
    assert [c.id for c in answer.contradictions] == ["residual"]
    assert "A-E5" not in {f.id for f in answer.red_flags}
    assert answer.answer("pocket-fill").band.value != "likely"


@pytest.mark.parametrize(("found", "word"), [(11, "less arrived"), (0, "watch waking and breathing")])
def test_a_residual_far_from_the_expected_one_says_what_it_means_without_the_error_of_the_pump(
    found: int, word: str
) -> None:
    seen = [FILLED, _residual("expected", 4), _residual("measured", found)]
    result = asked({"plan": "volume audit"}, {"observations": seen})
    assert result.pump is not None
    assert word in " ".join(getattr(result.pump.plan, "second_look", ()))


def test_an_impossible_volume_is_refused_at_its_place_in_the_record() -> None:
    seen = [FILLED, _residual("expected", 30), _residual("measured", 5)]
    with pytest.raises(InputRefused) as caught:
        asked({"plan": "volume audit"}, {"observations": seen})
    (problem,) = caught.value.problems
    assert problem.path == "record.observations[1].value"
    assert "exchanged" in problem.next_step


# -- the card and the section beside it -------------------------------------------------------------------


def test_the_card_on_withdrawal_and_the_section_beside_it_both_wait_for_creatinine() -> None:
    data = patched(
        base("recognise-oral"),
        {
            "record": {
                "signs": [{"what": "hallucination"}],
                "observations": [],
                "events": [{"what": "missed doses", "from": "2026-11-20"}],
            }
        },
    )
    result = consult_data(data, load_knowledge(), people=0)
    (card,) = [f for f in result.assessment.findings if f.rule == "WD-02"]
    assert card.do.startswith("Creatinine now")
    assert "the creatinine is known" in card.do.split("giving baclofen again")[0]
    assert result.recognition is not None
    assert result.recognition.answer.opposite is Opposite.UNKNOWN
    assert result.recognition.answer.opposite_missing == ("egfr",)
