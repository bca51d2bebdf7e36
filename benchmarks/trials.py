"""What a large trial in the shell takes: memory and time of few and of many people, with everybody in a table.

Run with ``python -m benchmarks.trials --write``. Nothing here is a test.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TRIALS = ROOT / "scenarios" / "trials"
RESULTS = ROOT / "benchmarks" / "results-trials.md"
COMMAND = Path(sys.executable).with_name("eutonia")
PEOPLE = {
    "oral-in-adults.yaml": (1_000, 10_000, 100_000, 300_000, 1_000_000),
    "intrathecal-screening.yaml": (1_000, 10_000, 100_000, 300_000),
}
_CHILD = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def measure(file: Path, people: int, threads: int) -> tuple[float, float, float]:
    """Peak memory (MB), seconds and size of the table (MB) of one command."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "people.parquet"
        options = ("--people", str(people), "--threads", str(threads), "--parquet", str(table), "--json")
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(COMMAND), "simulate", str(file), *options],
            check=True,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - begin
        return int(done.stdout) / 1024, seconds, table.stat().st_size / 1e6


def main() -> None:
    """Print the table; with --write also keep it beside this file."""
    lines = ["| trial | people | threads | peak memory | seconds | table |", "|---|---:|---:|---:|---:|---:|"]
    for name, sizes in PEOPLE.items():
        measure(TRIALS / name, 1_000, 1)  # what has to be compiled is compiled
        for people, threads in [*((size, 1) for size in sizes), (sizes[-1], 2)]:
            memory, seconds, size = measure(TRIALS / name, people, threads)
            row = f"| {name} | {people:,} | {threads} | {memory:.0f} MB | {seconds:.1f} | {size:.1f} MB |"
            sys.stdout.write(row + "\n")
            lines.append(row)
    if "--write" in sys.argv:
        head = (
            "# Measured: large trials\n\nCommand: `python -m benchmarks.trials --write`. "
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}. Each row is one "
            "`eutonia simulate --parquet`, Python and its libraries included; about 130 MB of each are there once "
            "numba and pyarrow are loaded. Compare rows of one run, not rows of different days.\n\n"
        )
        RESULTS.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
