"""A whole population is judged as one record is: every rule, every case, with facts missing here and there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.assess.columnar import count_rules, evaluate_rules, severity_column
from eutonia.assess.findings import assess
from eutonia.assess.sheet import FactSheet
from eutonia.errors import Code, InputRefused
from eutonia.knowledge.condition import Value
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Severity

KNOWLEDGE = load_knowledge()
TYPES = {"number": pa.float64(), "boolean": pa.bool_(), "text": pa.string()}


def _numbers_by_fact() -> dict[str, set[float]]:
    """The numbers each fact is held against, so that generated values stand on and beside the thresholds."""
    conditions = [c.when for r in KNOWLEDGE.rules for c in (r, *r.cases)]
    found: dict[str, set[float]] = {}
    for condition in conditions:
        for node in sqlglot.parse_one(condition.text, dialect="duckdb").walk():
            if not isinstance(node, (sqlglot.exp.Predicate, sqlglot.exp.Between)):
                continue
            names = [c.name for c in node.find_all(sqlglot.exp.Column)]
            values = [float(x.this) for x in node.find_all(sqlglot.exp.Literal) if not x.is_string]
            for name in names:
                found.setdefault(name, set()).update(values)
    return found


THRESHOLDS = _numbers_by_fact()


def _values(name: str) -> st.SearchStrategy[Value]:
    fact = KNOWLEDGE.facts[name]
    if fact.type == "boolean":
        return st.sampled_from([None, True, False])
    if fact.type == "text":
        return st.sampled_from([None, *fact.values])
    at = sorted(THRESHOLDS.get(name) or {1.0})
    beside = [math.nextafter(x, math.inf) for x in at] + [math.nextafter(x, -math.inf) for x in at]
    return st.one_of(st.none(), st.sampled_from([0.0, *at, *beside]), st.floats(-10, 500))


USED = sorted({name for r in KNOWLEDGE.rules for c in (r, *r.cases) for name in c.when.facts})
sheets = st.fixed_dictionaries({name: _values(name) for name in USED})


def table_of(records: list[dict[str, Value]], names: list[str] | None = None) -> pa.Table:
    columns = {
        name: pa.array([r.get(name) for r in records], TYPES[KNOWLEDGE.facts[name].type])
        for name in names or USED
    }
    return pa.table(columns)


def one_by_one(record: dict[str, Value]) -> dict[str, tuple[bool | None, int | None]]:
    sheet = FactSheet(KNOWLEDGE.facts)
    for name, value in record.items():
        sheet.set(name, value, "given")
    assessment = assess(sheet, KNOWLEDGE)
    found: dict[str, tuple[bool | None, int | None]] = {
        f.rule: (True, int(f.severity)) for f in assessment.findings
    }
    found |= {u.rule: (None, None) for u in assessment.undecided}
    found |= dict.fromkeys(assessment.quiet, (False, None))
    return found


def by_column(table: pa.Table, row: int) -> dict[str, tuple[bool | None, int | None]]:
    found = table.slice(row, 1).to_pylist()[0]
    return {r.id: (found[r.id], found[severity_column(r.id)]) for r in KNOWLEDGE.rules}


# Planning the query costs more than running it: few calls with several rows each try as many rows.
@given(records=st.lists(sheets, min_size=4, max_size=6))
@settings(max_examples=15, deadline=None)
def test_a_row_gets_the_answer_its_record_gets_rule_by_rule(records: list[dict[str, Value]]) -> None:
    answers = evaluate_rules(table_of(records), KNOWLEDGE)
    for row, record in enumerate(records):
        alone, together = one_by_one(record), by_column(answers, row)
        assert together == alone, [(r, alone[r], together[r]) for r in alone if alone[r] != together[r]]


@pytest.mark.parametrize("missing", [0.0, 0.2, 0.9, 1.0])
def test_two_hundred_rows_agree_whatever_share_of_the_facts_is_missing(missing: float) -> None:
    from random import Random

    random = Random(20261122)

    def draw(name: str) -> Value:
        fact = KNOWLEDGE.facts[name]
        if random.random() < missing:
            return None
        if fact.type == "boolean":
            return random.random() < 0.5
        if fact.type == "text":
            return random.choice(fact.values)
        at = random.choice(sorted(THRESHOLDS.get(name) or {1.0}))
        return random.choice([at - 1, at, at + 1, at * random.random() * 2])

    records = [{name: draw(name) for name in USED} for _ in range(200)]
    answers = evaluate_rules(table_of(records), KNOWLEDGE)
    fired = set()
    for row, record in enumerate(records):
        alone = one_by_one(record)
        assert by_column(answers, row) == alone
        fired |= {name for name, (holds, _) in alone.items() if holds}
    if missing == 0.2:
        assert len(fired) > len(KNOWLEDGE.rules) / 2, "the rows hardly reach the rules"


# --- what is not known, and what is refused ---------------------------------------------------------------


def test_an_empty_cell_not_a_number_and_a_missing_column_are_all_not_known() -> None:
    empty = pa.table({"egfr": pa.array([None, math.nan], pa.float64())})
    answers = evaluate_rules(empty, KNOWLEDGE)
    nothing = one_by_one({})
    assert by_column(answers, 0) == nothing
    assert by_column(answers, 1) == nothing


def test_whole_numbers_and_decimals_are_numbers() -> None:
    as_integers = pa.table({"age": pa.array([70, 12], pa.int32()), "egfr": pa.array([25, 90], pa.int64())})
    answers = evaluate_rules(as_integers, KNOWLEDGE)
    assert by_column(answers, 0) == one_by_one({"age": 70.0, "egfr": 25.0})
    assert by_column(answers, 1) == one_by_one({"age": 12.0, "egfr": 90.0})


@pytest.mark.parametrize(
    ("columns", "code", "path"),
    [
        ({"egrf": [1.0]}, Code.UNKNOWN_KEY, "egrf"),
        ({"egfr": ["low"]}, Code.WRONG_TYPE, "egfr"),
        ({"is_frail": [1]}, Code.WRONG_TYPE, "is_frail"),
        ({"jurisdiction": [3]}, Code.WRONG_TYPE, "jurisdiction"),
    ],
)
def test_a_column_that_is_no_fact_or_cannot_hold_it_is_refused(
    columns: dict[str, list[Any]], code: Code, path: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        evaluate_rules(pa.table({"age": [40.0], **columns}), KNOWLEDGE)
    assert [(p.code, p.path) for p in refused.value.problems] == [(code, path)]


def test_a_misspelt_column_is_refused_with_the_fact_meant() -> None:
    with pytest.raises(InputRefused) as refused:
        count_rules(pa.table({"age": [40.0], "egrf": [20.0]}), KNOWLEDGE)
    assert "egfr" in refused.value.problems[0].next_step


def test_a_table_without_a_single_fact_is_refused() -> None:
    with pytest.raises(InputRefused):
        evaluate_rules(pa.table({"patient": [1]}), KNOWLEDGE, keep=["patient"])


def test_columns_that_are_kept_come_first_and_rows_keep_their_order() -> None:
    count = 5000
    numbers = list(range(count))
    facts = pa.table({"patient": numbers, "age": [float(n % 100) for n in numbers]})
    answers = evaluate_rules(facts, KNOWLEDGE, keep=["patient"])
    assert answers.column_names[0] == "patient"
    assert answers["patient"].to_pylist() == numbers
    with pytest.raises(InputRefused):
        evaluate_rules(facts, KNOWLEDGE, keep=["patient", "ward"])


def test_a_parquet_file_and_a_relation_are_read_like_a_table(tmp_path: Path) -> None:
    record = {"age": 70.0, "egfr": 25.0, "has_oral_baclofen": True, "is_on_dialysis": False}
    facts = table_of([record], list(record))
    pq.write_table(facts, tmp_path / "facts.parquet")
    connection = duckdb.connect()
    for given_as in (
        facts,
        tmp_path / "facts.parquet",
        str(tmp_path / "facts.parquet"),
        connection.from_arrow(facts),
    ):
        answers = evaluate_rules(given_as, KNOWLEDGE, connection=connection)
        assert by_column(answers, 0) == one_by_one(record)


def test_the_counts_are_those_of_the_rows() -> None:
    record = {"age": 70.0, "egfr": 25.0, "has_oral_baclofen": True, "is_on_dialysis": False}
    facts = table_of([record, record, {"age": 70.0}], list(record))
    counts = {c.rule: c for c in count_rules(facts, KNOWLEDGE)}
    assert counts["REN-04"].fires == 2
    assert counts["REN-04"].severities == {Severity.STOP: 2}
    assert counts["REN-04"].cannot_tell == 1
    assert all(c.fires + c.quiet + c.cannot_tell == 3 for c in counts.values())
    assert all(sum(c.severities.values()) == c.fires for c in counts.values())


def test_a_quotient_by_nought_is_not_known_in_a_column_either() -> None:
    from dataclasses import replace

    from eutonia.assess.thresholds import vocabulary_of
    from eutonia.knowledge.condition import parse_condition

    divided = parse_condition("oral_daily_dose / weight > 2", vocabulary_of(KNOWLEDGE))
    only = replace(KNOWLEDGE, rules=(replace(KNOWLEDGE.rules[0], when=divided, cases=()),))
    facts = table_of([{"oral_daily_dose": 60.0, "weight": 0.0}], ["oral_daily_dose", "weight"])
    assert evaluate_rules(facts, only)[only.rules[0].id].to_pylist() == [None]
