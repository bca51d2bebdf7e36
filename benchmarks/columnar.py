"""All rules over a million patients in one pass. Run with ``python -m benchmarks.columnar`` (``--write`` keeps it).

The patients are drawn fact by fact, a tenth of each not known, so that conditions do not become easier by one
another. The table of facts is held in memory before the clock starts.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from eutonia.assess.columnar import count_rules, evaluate_rules
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import FactDefinition, Knowledge

RESULTS = Path(__file__).with_name("results-columnar.md")
PATIENTS, CORES, SEED = 1_000_000, 2, 20261122
NOT_KNOWN = 0.1


def facts_of(knowledge: Knowledge, patients: int) -> pa.Table:
    """A table with a column for every fact of the glossary."""
    random = np.random.default_rng(SEED)
    return pa.table({name: _column(fact, patients, random) for name, fact in knowledge.facts.items()})


def _column(fact: FactDefinition, patients: int, random: np.random.Generator) -> pa.Array:
    unknown = random.random(patients) < NOT_KNOWN
    if fact.type == "boolean":
        return pa.array(random.random(patients) < 0.3, mask=unknown)
    if fact.type == "text":
        chosen = random.integers(0, len(fact.values), patients)
        return pa.array(np.array(fact.values)[chosen], mask=unknown)
    return pa.array(random.uniform(0, 120, patients).round(1), mask=unknown)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table; with --write also keep it beside this file."""
    knowledge = load_knowledge()
    facts = facts_of(knowledge, PATIENTS)
    cases = sum(len(rule.cases) for rule in knowledge.rules)
    rows = [("the table of facts itself", "", f"{facts.nbytes / 1e6:.0f} MB", f"{_peak_mb():.0f} MB", "–")]
    for what, work, target in (
        ("every rule on every patient, answers kept", evaluate_rules, "under 10 s"),
        ("every rule counted over the population", count_rules, "–"),
    ):
        connection = duckdb.connect()
        connection.execute(f"SET threads = {CORES}")
        begin, cpu = time.perf_counter(), time.process_time()
        answer = work(facts, knowledge, connection=connection)
        seconds, worked = time.perf_counter() - begin, time.process_time() - cpu
        size = f"{answer.nbytes / 1e6:.0f} MB" if hasattr(answer, "nbytes") else ""
        rows.append(
            (what, f"{seconds:.1f} s ({worked:.1f} s of processor)", size, f"{_peak_mb():.0f} MB", target)
        )
    head = (
        f"{PATIENTS:,} patients, {len(knowledge.rules)} rules with {cases} cases over {facts.num_columns} facts; "
        f"{CORES} of {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}."
    )
    table = ["| what | time | size | peak memory so far | target |", "|---|---:|---:|---:|---|"]
    text = "\n".join([head, "", *table, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
    sys.stdout.write(text)
    if "--write" in sys.argv:
        title = "# Rules over a population\n\nCommand: `python -m benchmarks.columnar --write`. "
        RESULTS.write_text(title + text, encoding="utf-8")


if __name__ == "__main__":
    main()
