"""One text, two engines: a condition means on one record exactly what SQL makes of it on a row."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.knowledge.condition import Holds, Vocabulary, parse_condition

TYPES = {"a": "number", "b": "number", "p": "boolean", "q": "boolean", "t": "text"}
TERMS = Vocabulary(TYPES)
SQL_TYPES = {"number": "DOUBLE", "boolean": "BOOLEAN", "text": "VARCHAR"}

numbers = st.sampled_from(["a", "b", "0", "1", "2.5", "-1", "30"])
arithmetic = st.recursive(
    numbers, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner), max_leaves=3
)
comparisons = st.one_of(
    st.builds("{} {} {}".format, arithmetic, st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]), arithmetic),
    st.builds("{} between {} and {}".format, numbers, numbers, numbers),
    st.builds("{} in ({}, {})".format, st.sampled_from(["a", "b"]), st.just("1"), st.just("30")),
    st.builds("t {} 'x'".format, st.sampled_from(["=", "<>"])),
    st.just("t in ('x', 'y')"),
    st.builds("{} is {}null".format, st.sampled_from(list(TYPES)), st.sampled_from(["", "not "])),
    st.sampled_from(["p", "q", "true", "false"]),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
    ),
    max_leaves=8,
)
facts = st.fixed_dictionaries(
    {
        "a": st.sampled_from([None, 0.0, 1.0, 2.5, 30.0, -4.0]),
        "b": st.sampled_from([None, 0.0, 1.0, 30.0]),
        "p": st.sampled_from([None, True, False]),
        "q": st.sampled_from([None, True, False]),
        "t": st.sampled_from([None, "x", "y", "z"]),
    }
)


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@given(text=conditions, record=facts)
@settings(max_examples=400, deadline=None)
def test_one_record_and_a_row_of_a_table_get_the_same_answer(
    database: duckdb.DuckDBPyConnection, text: str, record: dict[str, float | bool | str | None]
) -> None:
    ours = parse_condition(text, TERMS).evaluate(record).holds
    columns = ", ".join(f"CAST(? AS {SQL_TYPES[TYPES[n]]}) AS {n}" for n in record)
    row = database.execute(f"SELECT ({text}) FROM (SELECT {columns})", list(record.values())).fetchone()
    assert row is not None
    assert ours is Holds.of(row[0]), f"{text} on {record}: SQL says {row[0]}"


@given(text=conditions, record=facts)
@settings(max_examples=200, deadline=None)
def test_filling_in_a_missing_fact_never_turns_an_answer_into_its_opposite(
    text: str, record: dict[str, float | bool | str | None]
) -> None:
    if " is null" in text or " is not null" in text:
        return  # these ask about knowing itself
    condition = parse_condition(text, TERMS)
    before = condition.evaluate(record).holds
    if before is Holds.UNKNOWN:
        return
    filled = {
        k: v if v is not None else {"number": 1.0, "boolean": True, "text": "x"}[TYPES[k]]
        for k, v in record.items()
    }
    assert condition.evaluate(filled).holds is before
