"""Measure what a user waits for, and print one table. Run with ``make bench``.

Machines are noisy: compare rows of one run, not rows of different days. Nothing here is a test.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import patient, plans, printing, pump_plans, simulators

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "scenarios" / "worked-example.yaml"
WORSE = ROOT / "scenarios" / "worse-after-missed-doses.yaml"
COMMAND = Path(sys.executable).with_name("eutonia")
RESULTS = ROOT / "benchmarks" / "results.md"
QUERY, MISSPELT = "paradoxical worsening restart", "hemodyalisis"


def best_and_median(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Seconds: the best run and the median run."""
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds), statistics.median(seconds)


def run(*arguments: str) -> None:
    subprocess.run([COMMAND, *arguments], check=True, capture_output=True)


def peak_memory_mb(*arguments: str) -> float:
    """Peak resident memory of one command, MB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(COMMAND), *arguments], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


def rows() -> list[tuple[str, str, str, str]]:
    """Each measurement: what, best, median, target."""
    from eutonia.consult import consult, consult_data
    from eutonia.faces.files import read_file
    from eutonia.intake import read_scenario
    from eutonia.knowledge.condition import parse_condition
    from eutonia.knowledge.items import _parsed
    from eutonia.knowledge.loader import _packaged, load_knowledge
    from eutonia.knowledge.search import SearchIndex
    from eutonia.recognise.recognise import recognise
    from eutonia.report.data import result_json
    from eutonia.report.document import html

    def load() -> object:
        for kept in (_packaged, _parsed, parse_condition):
            kept.cache_clear()
        return load_knowledge()

    table = []

    def milliseconds(what: str, work: Callable[[], object], repeats: int, target: str) -> None:
        best, median = best_and_median(work, repeats)
        table.append((what, f"{best * 1000:.1f} ms", f"{median * 1000:.1f} ms", target))

    milliseconds("load and check the whole knowledge base", load, 5, "–")
    knowledge = load_knowledge()
    index = SearchIndex(knowledge)
    milliseconds("build the search index", lambda: SearchIndex(knowledge), 5, "under 200 ms")
    milliseconds("search “paradoxical worsening restart”", lambda: index.search(QUERY), 50, "under 20 ms")
    milliseconds(
        "search a misspelt word, with suggestions", lambda: index.search(MISSPELT), 20, "under 100 ms"
    )
    data = read_file(EXAMPLE)
    scenario, _ = read_scenario(data, knowledge)
    consult(scenario, knowledge)  # warm
    milliseconds("intake of the worked example", lambda: read_scenario(data, knowledge), 50, "–")
    milliseconds(
        "consult of the worked example, without bands",
        lambda: consult_data(data, knowledge, people=0),
        50,
        "under 50 ms",
    )
    milliseconds(
        "consult of the worked example, 500 virtual people",
        lambda: consult_data(data, knowledge, people=500),
        20,
        "under 200 ms",
    )
    worse, _ = read_scenario(read_file(WORSE), knowledge)
    recognise(worse, knowledge)  # warm
    milliseconds(
        "recognise what is wrong, without simulation",
        lambda: recognise(worse, knowledge, simulates=False),
        50,
        "under 100 ms",
    )
    milliseconds(
        "recognise what is wrong, with the simulated loss", lambda: recognise(worse, knowledge), 20, "–"
    )
    result = consult(scenario, knowledge)
    milliseconds("report as HTML", lambda: html(result), 20, "–")
    milliseconds("result as JSON", lambda: result_json(result), 20, "–")
    milliseconds("eutonia --help", lambda: run("--help"), 10, "under 300 ms")
    example = str(EXAMPLE)
    milliseconds("eutonia consult, cold process", lambda: run("consult", example), 5, "–")
    memory = peak_memory_mb("consult", example, "--report", str(ROOT / "report.html"))
    table.append(("peak memory of eutonia consult with its report", f"{memory:.0f} MB", "", "under 250 MB"))
    return table


def main() -> None:
    """Print the table; with --write also keep it beside this file."""
    lines = [
        "| what | best | median | target |",
        "|---|---:|---:|---|",
        *(
            f"| {what} | {best} | {median} | {target} |"
            for what, best, median, target in (
                *rows(),
                *plans.rows(),
                *patient.rows(),
                *printing.rows(),
                *pump_plans.rows(),
            )
        ),
    ]
    text = "\n".join(lines)
    sys.stdout.write(text + "\n\n")
    sys.stdout.write(simulators.table() + "\n")
    if "--write" in sys.argv:
        head = (
            "# Measured\n\nCommand: `make bench` (writes with `python -m benchmarks --write`). "
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; "
            f"peak of the measuring process itself {_own_peak():.0f} MB.\n\n"
        )
        RESULTS.write_text(head + text + "\n", encoding="utf-8")


def _own_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
