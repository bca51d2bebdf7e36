"""The rules over a whole population: the same conditions, run by DuckDB on a table with a row for each patient.

A column is a fact of the glossary, by its name and in its unit; an empty cell, or NaN, is not known. One pass gives
for every rule true, false or null (cannot tell), and the severity it has for this patient. A property test holds
this to the one-record evaluation, rule by rule.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.condition import Condition
from eutonia.knowledge.schema import FactDefinition, Knowledge, Rule, Severity

if TYPE_CHECKING:
    import duckdb

__all__ = ["RuleCount", "count_rules", "evaluate_rules", "severity_column"]

#: What holds a table of facts: an Arrow table, a DuckDB relation, or the path of a Parquet file.
Facts = Any
#: A pyarrow Table, which brings no types of its own.
Table = Any

_SQL_TYPES = {"number": "DOUBLE", "boolean": "BOOLEAN", "text": "VARCHAR"}
_NUMBERS: tuple[str, ...] = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "UTINYINT",
)
_NUMBERS += ("USMALLINT", "UINTEGER", "UBIGINT")
_ACCEPTED = {"number": _NUMBERS, "boolean": ("BOOLEAN",), "text": ("VARCHAR", "ENUM")}


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule says of a population. severities: patients at each severity, among those it fires for."""

    rule: str
    fires: int
    quiet: int
    cannot_tell: int
    severities: Mapping[Severity, int]


def severity_column(rule_id: str) -> str:
    """The name of the column that holds a rule's severity for each patient."""
    return f"{rule_id} severity"


def evaluate_rules(
    facts: Facts,
    knowledge: Knowledge,
    *,
    keep: Sequence[str] = (),
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Table:
    """Every rule on every row.

    facts: a pyarrow Table, a DuckDB relation (of ``connection``) or the path of a Parquet file; columns are facts
    of the glossary. A fact without a column is not known for anybody. keep: other columns to carry along, such as
    a number of the patient. connection: where to run; a new one in memory unless given.

    Gives a pyarrow Table with the rows in their order: the kept columns, then for each rule its id (boolean; null
    is cannot tell) and “id severity” (1 INFO to 5 BLOCK; null where it does not fire). Raises InputRefused for a
    column that is neither a fact nor kept, or whose type cannot hold the fact; ModuleNotFoundError without duckdb.
    """
    relation = _relation(facts, connection)
    _check_columns(relation, knowledge.facts, keep)
    kept = [_quoted(name) for name in keep]
    columns = [column for rule in knowledge.rules for column in _rule_columns(rule)]
    return _run(relation, knowledge, [*kept, *columns], keep).to_arrow_table()


def count_rules(
    facts: Facts, knowledge: Knowledge, *, connection: duckdb.DuckDBPyConnection | None = None
) -> tuple[RuleCount, ...]:
    """How many rows each rule fires for, is quiet for and cannot tell of: ``evaluate_rules``, counted.

    The answers of all rows are held while they are counted: somewhat more than a byte for each rule and row.
    """
    answers = evaluate_rules(facts, knowledge, connection=connection)
    return tuple(_count(rule.id, answers) for rule in knowledge.rules)


def _count(rule: str, answers: Table) -> RuleCount:
    holds, levels = answers[rule], answers[severity_column(rule)]
    severities = {
        Severity(entry["values"]): int(entry["counts"])
        for entry in levels.value_counts().to_pylist()
        if entry["values"] is not None
    }
    fires = sum(severities.values())
    cannot_tell = int(holds.null_count)
    return RuleCount(rule, fires, len(holds) - fires - cannot_tell, cannot_tell, severities)


# -- the table ----------------------------------------------------------------------------------------------


def _relation(facts: Facts, connection: duckdb.DuckDBPyConnection | None) -> duckdb.DuckDBPyRelation:
    import duckdb  # noqa: PLC0415 - an optional dependency: the extra “population”

    if isinstance(facts, duckdb.DuckDBPyRelation):
        return facts
    connection = duckdb.connect() if connection is None else connection
    if isinstance(facts, (str, Path)):
        return connection.read_parquet(str(facts))
    return connection.from_arrow(facts)


def _check_columns(
    relation: duckdb.DuckDBPyRelation, facts: Mapping[str, FactDefinition], keep: Sequence[str]
) -> None:
    """A misspelt column would be a fact nobody knows, so it is refused."""
    problems = []
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    for name, kind in types.items():
        if name in facts:
            accepted = _ACCEPTED[facts[name].type]
            if not kind.startswith((*accepted, '"NULL"', "NULL")):
                why = f"It holds {kind}, and the fact is a {facts[name].type}."
                problems.append(Problem(Code.WRONG_TYPE, why, path=name, given=kind, accepted=accepted))
        elif name not in keep:
            near = tuple(difflib.get_close_matches(name, facts, n=3))
            hint = f"Is {' or '.join(near)} meant?" if near else "Leave it out, or name it under “keep”."
            why = "It is not a fact of the glossary."
            problems.append(Problem(Code.UNKNOWN_KEY, why, path=name, accepted=near, next_step=hint))
    missing = [name for name in keep if name not in types]
    problems += [
        Problem(Code.MISSING_VALUE, "There is no such column to keep.", path=name) for name in missing
    ]
    if not any(name in facts for name in types):
        why = "No column is a fact of the glossary."
        problems.append(Problem(Code.MISSING_VALUE, why, path="table"))
    if problems:
        raise InputRefused(problems)


def _run(
    relation: duckdb.DuckDBPyRelation,
    knowledge: Knowledge,
    columns: Sequence[str],
    keep: Sequence[str],
) -> duckdb.DuckDBPyRelation:
    present = set(relation.columns)
    typed = [_typed(fact, present) for fact in knowledge.facts.values() if fact.name in _used(knowledge)]
    typed += [_quoted(name) for name in keep if name not in knowledge.facts]
    return relation.project(", ".join(typed)).project(", ".join(columns))


def _used(knowledge: Knowledge) -> set[str]:
    conditions = [rule.when for rule in knowledge.rules]
    conditions += [case.when for rule in knowledge.rules for case in rule.cases]
    return {name for condition in conditions for name in condition.facts}


def _typed(fact: FactDefinition, present: set[str]) -> str:
    """A column in the type of its fact; NULL for everybody when the table has none. NaN is not known."""
    name, kind = _quoted(fact.name), _SQL_TYPES[fact.type]
    if fact.name not in present:
        return f"CAST(NULL AS {kind}) AS {name}"
    value = f"CAST({name} AS {kind})"
    return f"nullif({value}, 'NaN'::DOUBLE) AS {name}" if fact.type == "number" else f"{value} AS {name}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# -- the rules ----------------------------------------------------------------------------------------------


def _rule_columns(rule: Rule) -> Iterator[str]:
    holds = _sql(rule.when)
    yield f"({holds}) AS {_quoted(rule.id)}"
    graded = [
        f"CASE WHEN {_sql(case.when)} THEN {case.severity.value} END"
        for case in rule.cases
        if case.severity is not None
    ]
    # greatest() passes over null, so a case that cannot be told does not hide one that holds.
    worst = (
        f"coalesce(greatest({', '.join(graded)}), {rule.severity.value})"
        if graded
        else str(rule.severity.value)
    )
    yield f"CAST(CASE WHEN {holds} THEN {worst} END AS TINYINT) AS {_quoted(severity_column(rule.id))}"


def _sql(condition: Condition) -> str:
    """The condition as DuckDB must read it: a quotient by nought is not known, in every engine."""
    import sqlglot  # noqa: PLC0415 - a heavy import
    from sqlglot import expressions as exp  # noqa: PLC0415

    tree = sqlglot.parse_one(condition.text, dialect="duckdb")
    for division in tree.find_all(exp.Div):
        nought = exp.Nullif(this=division.expression.copy(), expression=exp.Literal.number(0))
        division.set("expression", nought)
    return f"({tree.sql(dialect='duckdb')})"
