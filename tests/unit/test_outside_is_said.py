"""Whoever lies outside a model's own people is told so on every result; whoever lies too far out is refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.errors import InputRefused, OutsideDomain
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import draw_patients, typical_patient
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.overdose import simulate_overdose
from eutonia.simulate.removal import Session, check_session
from eutonia.simulate.spinal_events import Injection, SpinalTherapy
from eutonia.simulate.table_run import predict_table
from eutonia.simulate.tables import read_csv
from eutonia.simulate.virtual import Trial, draw_people, run_chunk, stream
from tests.unit.trial_base import ORAL, changed, run

KNOWLEDGE = load_knowledge()
MODELS = KNOWLEDGE.models
REFERENCE, SPINAL = MODELS["oral.reference2026"], MODELS["intrathecal.reference2026"]
ADULTS = KNOWLEDGE.populations["adults_multiple_sclerosis"]
HEAD = "ID,TIME,AMT,AGE,WT,CRCL\n"
HEAVY = Covariates(45, 160, 100)


def table(*rows: str) -> str:
    return HEAD + "\n".join(rows) + "\n"


def test_a_prediction_in_a_heavy_person_says_in_which_row_the_model_extrapolates() -> None:
    rows = read_csv(table("a,0,10,45,70,100", "b,0,10,45,160,100", "b,2,.,45,160,100", "b,4,.,45,160,170"))
    notes = predict_table(REFERENCE, rows).notes
    assert [(note.row, note.id, note.note.covariate) for note in notes] == [
        (2, "b", "weight"),
        (4, "b", "glomerular_filtration"),
    ]
    assert "extrapolated" in notes[0].note.because


def test_a_usual_table_has_no_notes() -> None:
    assert predict_table(REFERENCE, read_csv(table("a,0,10,45,70,100"))).notes == ()


def test_an_infant_in_a_table_is_refused_with_the_row_the_person_and_the_column() -> None:
    rows = read_csv(table("a,0,10,45,70,100", "b,0,5,1.5,10,40"))
    with pytest.raises(OutsideDomain) as error:
        predict_table(REFERENCE, rows)
    assert error.value.problem.path == "row 2 (ID b), AGE"


def test_the_course_of_a_heavy_patient_with_a_pump_carries_the_note() -> None:
    therapy = SpinalTherapy(injections=(Injection(0, 50),))
    for patient in (typical_patient(REFERENCE, SPINAL, HEAVY), draw_patients(REFERENCE, SPINAL, HEAVY, 3, 1)):
        notes = simulate_intrathecal(patient, therapy, [0.0, 4.0]).notes
        assert "weight" in {note.covariate for note in notes}
        assert REFERENCE.name in {note.model for note in notes}
    usual = typical_patient(REFERENCE, SPINAL, Covariates(45, 70, 100))
    assert simulate_intrathecal(usual, therapy, [0.0, 4.0]).notes == ()


def test_a_chunk_of_virtual_people_marks_and_counts_its_outsiders() -> None:
    divisor = KNOWLEDGE.kidney["mosteller"].coefficients["divisor"]
    trial = Trial(REFERENCE, ADULTS, divisor, DoseEvents([0], [10]), np.array([0.0, 1, 24]), 7, is_fast=False)
    heavy = draw_people(ADULTS, divisor, 300, 7).weight > 128
    chunk = run_chunk(trial, 0, 300)
    found = {outside.limit.covariate: outside.people for outside in chunk.outside}
    assert found["weight"] == heavy.sum() > 0
    marked = np.array(["weight" in text for text in chunk.table.column("outside").to_pylist()])
    np.testing.assert_array_equal(marked, heavy)
    assert sum(c.outside[1].people for c in stream(trial, 300, size=90)) == chunk.outside[1].people


@pytest.mark.parametrize("mg", [20_001, 1e9])
def test_an_overdose_beyond_any_tablet_box_is_refused_as_an_entry(mg: float) -> None:
    with pytest.raises(OutsideDomain) as error:
        simulate_overdose(
            REFERENCE, MODELS["overdose.reference2026"], Covariates(40, 70, 100), mg, [0, 1], seed=1
        )
    assert error.value.problem.path == "dose"
    assert error.value.model == "overdose.reference2026"


@pytest.mark.parametrize(("mg", "is_noted"), [(600, False), (3000, True), (40, True)])
def test_an_overdose_larger_or_smaller_than_those_seen_says_so(mg: float, is_noted: bool) -> None:
    found = simulate_overdose(
        REFERENCE, MODELS["overdose.reference2026"], Covariates(40, 70, 100), mg, [0, 1], seed=1, n=5
    )
    assert ("dose" in {note.covariate for note in found.notes}) is is_noted


@pytest.mark.parametrize("clearance", [61.0, 1e5])
def test_a_machine_that_clears_more_than_blood_can_bring_is_no_session(clearance: float) -> None:
    with pytest.raises(ValueError, match="at most 60 L/h"):
        Session("haemodialysis", 0, 4, clearance)


def test_each_kind_of_session_has_its_own_range_and_says_whose_it_is() -> None:
    removal = MODELS["removal.reference2026"]
    assert check_session(removal, Session("haemodialysis", 0, 4, 7.7)) == ()
    assert check_session(removal, Session("haemodialysis", 0, 4, 20))[0].level == "soft"
    assert check_session(removal, Session("peritoneal dialysis", 0, 4, 7.7))[0].level == "hard"
    assert all("our" in limit.because for limit in removal.domain)


def test_a_trial_with_an_impossible_session_is_refused_and_an_unusual_one_is_noted() -> None:
    session = {"kind": "haemodialysis", "from": "30 h", "to": "34 h", "clearance": "20 L/h"}
    assert any(
        "20 L per hour" in text for text in run(changed(ORAL, sessions=[session])).runs[0].notes.outside
    )
    with pytest.raises(InputRefused, match=r"sessions\[0\]\.clearance"):
        run(changed(ORAL, sessions=[{**session, "clearance": "40 L/h"}]))
