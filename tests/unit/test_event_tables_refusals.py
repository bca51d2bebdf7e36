"""Event tables: what is refused, with the row and the column; and what a missing cell means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eutonia.errors import InputRefused
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import GRANULES, Individual
from eutonia.simulate.table_run import predict_table, simulate_table
from eutonia.simulate.tables import make_table, read_csv, read_parquet, write_csv

HEAD = "ID,TIME,AMT,RATE,II,ADDL,SS,EVID,CMT,MDV,DV\n"
GOOD = "1,0,10,0,8,2,0,1,1,1,.\n"


def refused(text: str, *covariates: str) -> dict[str, str]:
    """Where and why a table is refused."""
    with pytest.raises(InputRefused) as refusal:
        read_csv(text, covariates)
    found: dict[str, str] = {}
    for problem in refusal.value.problems:
        found[problem.path] = f"{found.get(problem.path, '')} {problem.why}"
    return found


@pytest.mark.parametrize(
    ("row", "where", "why"),
    [
        ("1,,0,0,0,0,0,0,2,1,.", "row 2, TIME", "missing"),
        ("1,.,0,0,0,0,0,0,2,1,.", "row 2, TIME", "missing"),
        (".,5,0,0,0,0,0,0,2,1,.", "row 2, ID", "missing"),
        ("1,-1,0,0,0,0,0,0,2,1,.", "row 2, TIME", "before hour 0"),
        ("1,5,-10,0,0,0,0,1,1,1,.", "row 2, AMT", "negative"),
        ("1,5,10,-2,0,0,0,1,1,1,.", "row 2, RATE", "negative"),
        ("1,5,10,0,-8,1,0,1,1,1,.", "row 2, II", "negative"),
        ("1,5,10,0,8,-1,0,1,1,1,.", "row 2, ADDL", "negative"),
        ("1,5,10,0,0,3,0,1,1,1,.", "row 2, II", "need an interval"),
        ("1,5,10,0,0,0,1,1,1,1,.", "row 2, II", "needs an interval"),
        ("1,5,0,4,0,2,1,1,2,1,.", "row 2, ADDL", "cannot be repeated"),
        ("1,5,10,0,0,0,0,5,1,1,.", "row 2, EVID", "0, 1, 2, 3 or 4"),
        ("1,5,10,0,0,0,0,1.5,1,1,.", "row 2, EVID", "whole number"),
        ("1,5,10,0,8,0,3,1,1,1,.", "row 2, SS", "0, 1 or 2"),
        ("1,5,10,0,0,0,0,1,3,1,.", "row 2, CMT", "spinal fluid, is not simulated"),
        ("1,5,10,0,0,0,0,1,4,1,.", "row 2, CMT", "by mouth"),
        ("1,5,10,0,8,0,0,1,1,1,.", "row 2, II", "repeats nothing"),
        ("1,5,0,0,8,0,0,0,2,1,.", "row 2, II", "belongs to a dose"),
        ("1,5,10,0,0,0,0,1,-1,1,.", "row 2, CMT", "by mouth"),
        ("1,5,0,0,0,0,0,0,1,1,.", "row 2, CMT", "observed"),
        ("1,5,0,0,0,0,0,1,1,1,.", "row 2, AMT", "needs an amount"),
        ("1,5,10,0,0,0,0,0,2,1,.", "row 2, AMT", "belongs to a dose"),
        ("1,5,10,0,0,0,0,3,1,1,.", "row 2, AMT", "belongs to a dose"),
        ("1,5,0,0,0,4,0,2,2,1,.", "row 2, ADDL", "belongs to a dose"),
        ("1,5,0,0,0,0,0,0,2,0,.", "row 2, DV", "DV is missing"),
        ("1,5,10,0,0,0,0,1,1,0,.", "row 2, MDV", "Only an observation"),
        ("1,5,10,0,0,0,0,1,1,1,80", "row 2, DV", "Only an observation"),
        ("1,5,0,0,0,0,0,0,2,0,-3", "row 2, DV", "negative"),
        ("1,5,0,0,0,0,0,0,2,2,7", "row 2, MDV", "0 or 1"),
        ("1,5,nan,0,0,0,0,1,1,1,.", "row 2, AMT", "must be a number"),
        ("1,NaN,0,0,0,0,0,0,2,1,.", "row 2, TIME", "must be a number"),
        ("1,5,inf,0,0,0,0,1,1,1,.", "row 2, AMT", "must be a number"),
        ("1,5,1e999,0,0,0,0,1,1,1,.", "row 2, AMT", "too large"),
        ("1,5,ten,0,0,0,0,1,1,1,.", "row 2, AMT", "must be a number"),
        ("1,5,1_0,0,0,0,0,1,1,1,.", "row 2, AMT", "must be a number"),
        ("1,10:30,0,0,0,0,0,0,2,1,.", "row 2, TIME", "must be a number"),
        ("1,0,5,10,0,0,0,0,1,1,1,.", "row 2", "12 cells"),
    ],
)
def test_a_wrong_row_is_refused_and_named(row: str, where: str, why: str) -> None:
    assert why in refused(HEAD + GOOD + row + "\n")[where]


def test_every_problem_is_reported_at_once() -> None:
    found = refused(HEAD + "1,0,-1,0,0,0,0,1,1,1,.\n1,4,10,0,0,2,0,1,9,1,.\n1,3,0,0,0,0,0,0,2,0,.\n")
    assert {"row 1, AMT", "row 2, II", "row 2, CMT", "row 3, DV", "row 3, TIME"} <= set(found)


def test_time_must_not_run_backwards_for_one_person_and_may_for_the_next() -> None:
    rows = "1,0,10,0,0,0,0,1,1,1,.\n1,8,0,0,0,0,0,0,2,1,.\n2,0,10,0,0,0,0,1,1,1,.\n"
    assert len(read_csv(HEAD + rows)) == 3
    assert "8 h" in refused(HEAD + rows.replace("1,0,10", "1,9,10", 1))["row 2, TIME"]


def test_rows_of_one_person_must_be_together() -> None:
    row = "{},{},10,0,0,0,0,1,1,1,.\n"
    found = refused(HEAD + row.format(1, 0) + row.format(2, 0) + row.format(1, 4))
    assert "not together" in found["row 3, ID"]


@pytest.mark.parametrize(
    ("header", "where"),
    [
        ("ID,TIME,AMT,DOSE\n1,0,10,10\n", "header, DOSE"),
        ("ID,TIME,AMT,WT\n1,0,10,70\n", "header, WT"),  # a covariate nobody announced
        ("ID,AMT\n1,10\n", "header, TIME"),
        ("TIME,AMT\n1,10\n", "header, ID"),
        ("ID,TIME,AMT,Amt\n1,0,10,10\n", "header, AMT"),
        ("", "header"),
        ("ID,TIME\n", "table"),
    ],
)
def test_a_wrong_header_is_refused(header: str, where: str) -> None:
    assert where in refused(header)


def test_a_missing_covariate_is_refused() -> None:
    assert "missing" in refused("ID,TIME,AMT,WT\n1,0,10,70\n1,4,0,.\n", "WT")["row 2, WT"]


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(InputRefused, match="equally long"):
        make_table({"ID": [1, 1], "TIME": [0]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, b"x", [1]])
def test_a_value_that_is_no_number_is_refused_from_any_source(value: Any) -> None:
    with pytest.raises(InputRefused, match="row 1, AMT"):
        make_table({"ID": [1], "TIME": [0], "AMT": [value]})


def test_bytes_that_are_not_parquet_are_refused() -> None:
    with pytest.raises(InputRefused, match="not a Parquet file"):
        read_parquet(b"ID,TIME\n1,0\n")


def test_columns_of_one_name_in_two_spellings_are_refused_from_parquet_too() -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"ID": [1], "TIME": [0.0], "AMT": [10.0], "amt": [5.0]}), sink)
    with pytest.raises(InputRefused, match="AMT is there twice"):
        read_parquet(sink.getvalue().to_pybytes())


def test_a_number_of_a_person_is_the_same_person_as_whole_number_or_decimal() -> None:
    assert make_table({"ID": [1, 1.0, "1"], "TIME": [0, 1, 2]}).id == ("1", "1", "1")
    with pytest.raises(InputRefused, match="ID is missing"):
        make_table({"ID": [float("nan")], "TIME": [0]})


def test_what_is_left_out_has_the_usual_meaning() -> None:
    table = read_csv("ID,TIME,AMT,DV\nA,0,10,.\nA,4,.,85.5\nA,6,,\n")
    assert table.id == ("A", "A", "A")
    assert table.evid.tolist() == [1, 0, 0]
    assert table.cmt.tolist() == [1, 2, 2]
    assert table.mdv.tolist() == [1, 0, 1]
    assert table.dv[1] == 85.5
    assert np.isnan(table.dv[[0, 2]]).all()


def test_the_names_of_columns_may_be_written_small() -> None:
    assert read_csv("id,Time,amt\n1,0,10\n").amt.tolist() == [10]


def person(_: object, __: object) -> Individual:
    def a(value: float) -> Any:
        return np.array([value])

    return Individual(
        cl=a(10), cl_renal=a(0), q=a(1), vc=a(50), vp=a(20), f=a(1), ka=a(1.5), mtt=a(1), n_transit=-1
    )


def test_a_lag_as_long_as_the_interval_of_a_steady_state_is_refused() -> None:
    table = make_table({"ID": [1], "TIME": [0], "AMT": [10], "II": [2], "SS": [1]})
    with pytest.raises(InputRefused, match="row 1, II"):
        simulate_table(table, person, lag_h=2.0)
    with pytest.raises(ValueError, match="lag"):
        simulate_table(table, person, lag_h=-1.0)


def test_a_million_additional_doses_are_refused_and_not_begun() -> None:
    table = make_table({"ID": [1, 1], "TIME": [0, 1000], "AMT": [1, 0], "II": [1e-7, 0], "ADDL": [10**12, 0]})
    with pytest.raises(InputRefused, match="row 1, ADDL"):
        simulate_table(table, person)


def test_thousands_of_infusions_at_once_are_refused() -> None:
    table = make_table(
        {"ID": [1], "TIME": [0], "AMT": [10000], "RATE": [0.001], "II": [1], "SS": [1], "CMT": [2]}
    )
    with pytest.raises(InputRefused, match="row 1, RATE"):
        simulate_table(table, person)


def test_doses_after_the_last_row_are_not_computed() -> None:
    table = make_table({"ID": [1, 1], "TIME": [0, 4], "AMT": [1, 0], "II": [8, 0], "ADDL": [10**9, 0]})
    assert simulate_table(table, person).concentration[1] > 0


FORMS = "ID,TIME,AMT,FORM\n"


def test_a_table_names_the_form_of_the_drug_once_for_each_person() -> None:
    table = read_csv(FORMS + "a,0,10,liquid\na,2,.,liquid\nb,0,10,Granules\nc,0,10,.\n", ())
    assert table.form == ("solution", "solution", "granules", "tablet")
    assert read_csv(write_csv(table), ()).form == table.form
    assert refused(FORMS + "a,0,10,liquid\na,8,10,tablet\n") == {
        "row 2, FORM": " The form changes: the model of absorption is chosen once for a person."
    }
    assert "row 1, FORM" in refused(FORMS + "a,0,10,syrup\n")


def test_a_liquid_is_absorbed_as_a_liquid_and_granules_say_that_they_are_taken_for_tablets() -> None:
    models = load_knowledge().models
    rows = "ID,TIME,AMT,FORM,AGE,WT,CRCL\na,0,10,{0},45,70,100\na,0.5,.,{0},45,70,100\n"
    found = {
        form: predict_table(models["oral.reference2026"], read_csv(rows.format(form)))
        for form in ("tablet", "liquid", "granules")
    }
    assert found["liquid"].concentration[1] > found["tablet"].concentration[1]
    assert found["granules"].concentration[1] == found["tablet"].concentration[1]
    assert [note.note.because for note in found["granules"].notes] == [GRANULES]
    with pytest.raises(InputRefused, match="row 1, FORM"):
        predict_table(models["oral.simon2018"], read_csv(rows.format("liquid")))
