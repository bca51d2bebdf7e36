"""How many virtual people a second: the two yardsticks B1 and B2 beside other solvers, and the real models.

B1: two compartments, first-order absorption, 90 doses in 30 days, 1441 output times. B2: the same with an effect
site, E = x^2.5 / (1 + x^2.5), and one slow adaptation state, dA/dt = (A_max E - A) / tau with tau 120 h rising and
168 h falling; its output is (1 + A)(1 - E). Speeds are people for each second of processor time, all threads
added, best and median of several runs; compiling is not counted. Errors are the largest against SciPy's DOP853 at
rtol 1e-12 in 8 people, of the peak for B1 and absolute for B2; ours of B2 is that of all people, against steps of a
sixteenth of an hour that DOP853 vouches for.

The other solvers are no part of the development environment. To have them in the table, in a virtualenv to be
thrown away:

    python -m venv rivals && rivals/bin/pip install numbalsoda diffrax scipy ".[fast,population]"
    rivals/bin/python -m benchmarks.simulators --write

(numbalsoda is built from source and needs a Fortran compiler.) Whatever is missing is left out and said so. The
others run at rtol 1e-6 and atol 1e-8, restarted at every dose, as any of them must be.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks import rivals
from benchmarks.yardsticks import DOSE_H, DOSES, TIMES, oracle_b1, oracle_b2, yardstick
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, draw_individuals, select_subjects
from eutonia.model.intrathecal import draw_patients, select_patients
from eutonia.model.kernel_numpy import read_fast, read_numpy, tone_fast
from eutonia.model.kernel_plan import TonePlan, plan_read, plan_tone
from eutonia.model.kernel_tone import LANES
from eutonia.model.oral import Layout, build_rate_matrix
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.run import NG_PER_ML
from eutonia.simulate.spinal_events import Injection, SpinalTherapy, TipRate
from eutonia.simulate.virtual import Trial, run_chunk, stream
from eutonia.simulate.virtual_spinal import simulate_spinal_fast

Row = tuple[str, ...]
RESULTS = Path(__file__).parent / "results-simulators.md"
TILE = 512
TONE_TILE = 128  # its curves of all times stay near the processor
WHO = 8  # people whose error is looked at


def speed(people: int, work: Callable[[], object], repeats: int) -> tuple[str, str]:
    """People for each second of processor time: best and median."""
    seconds = []
    work()
    for _ in range(repeats):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return tuple(f"{people / s:,.0f}" for s in (min(seconds), statistics.median(seconds)))  # type: ignore[return-value]


def yardstick_rows() -> list[Row]:
    """Ours and the others on B1 and B2, with errors."""
    table: list[Row] = []
    who = yardstick(TILE)
    add = np.zeros((DOSES, 3))
    add[:, 0] = who.dose
    reading = plan_read(TIMES, np.arange(DOSES) * DOSE_H, add, np.ones(3))
    buffer = np.empty((len(TIMES), TILE))
    nothing = np.zeros((3, TILE))
    want_1 = np.array([oracle_b1(who, i) for i in range(WHO)]).T

    def b1(run: Callable[..., tuple[FloatArray, FloatArray]], *more: FloatArray) -> FloatArray:
        return run(who.rates, who.read, reading, nothing, *more)[0]

    def error_1(got: FloatArray) -> str:
        some = got.shape[1]
        return f"{np.abs(got - want_1[:, :some]).max() / want_1.max():.0e}"

    table.append(
        (
            "B1, eutonia compiled",
            *speed(TILE, lambda: b1(read_fast, buffer), 60),
            "300,000",
            error_1(b1(read_fast)[:, :WHO]),
        )
    )
    table.append(
        (
            "B1, eutonia NumPy",
            *speed(TILE, lambda: b1(read_numpy), 20),
            "50,000",
            error_1(b1(read_numpy)[:, :WHO]),
        )
    )
    table.append(
        ("B1, the result copied to memory and nothing else", *speed(TILE, _copy(buffer), 60), "", "")
    )
    for name, solver in rivals.B1.items():
        table.append(_rival(f"B1, {name}", name, lambda n, s=solver: s(who, n), error_1))

    few = yardstick(TONE_TILE)
    add4 = np.zeros((DOSES, 4))
    add4[:, 0] = few.dose
    cuts = np.arange(DOSES) * DOSE_H
    plan = plan_tone(TIMES, cuts, add4, np.ones(4), longest_h=1.0, grades=1)
    fine = plan_tone(TIMES, cuts, add4, np.ones(4), longest_h=1 / 16)
    room, nothing4 = np.empty((3, len(TIMES), TONE_TILE)), np.zeros((4, TONE_TILE))
    want_2 = np.array([oracle_b2(few, i) for i in range(WHO)]).T

    def b2(steps: TonePlan = plan) -> FloatArray:
        curves, _ = tone_fast(few.with_site, steps, nothing4, few.tone, (), room)
        effect, _, adaptation = curves
        np.subtract(1.0, effect, out=effect)
        np.add(1.0, adaptation, out=adaptation)
        return np.multiply(effect, adaptation, out=effect)

    def error_2(got: FloatArray) -> str:
        return f"{np.abs(got - want_2[:, : got.shape[1]]).max():.0e}"

    # The general solver is too slow for everybody: it vouches for short steps in a few people, and those for the rest.
    everybody = b2(fine).copy()
    assert np.abs(everybody[:, :WHO] - want_2).max() < 2e-8
    error = f"{np.abs(b2() - everybody).max():.0e}"
    table.append(("B2, eutonia compiled", *speed(TONE_TILE, b2, 40), "25,000 at 1e-06", error))
    for name, solver in rivals.B2.items():
        table.append(_rival(f"B2, {name}", name, lambda n, s=solver: s(few, n), error_2))
    return table


def _copy(buffer: FloatArray) -> Callable[[], object]:
    """Writing all outputs once, from a column that is in the processor already: what no method can be quicker than."""
    column = np.ones(buffer.shape[1])
    return lambda: np.copyto(buffer, column)


def _rival(
    what: str, name: str, solve: Callable[[int], FloatArray], error: Callable[[FloatArray], str]
) -> Row:
    if find_spec(rivals.MODULES[name]) is None:
        return (what, "not installed", "", "", "")
    n = rivals.PEOPLE[name]
    return (what, *speed(n, lambda: solve(n), 3), "", error(solve(min(n, WHO))))


def model_rows() -> list[Row]:
    """The real models: 10,000 people by mouth, 2,560 with a pump, 30 days, 1441 times."""
    models = load_knowledge().models
    adult = Covariates(50, 70, 100)
    everybody = draw_individuals(models["oral.reference2026"], adult, 10_000, 1)
    at = Layout(everybody.n_transit)
    held = [i for i in range(at.size) if i not in (at.exposure, at.infusion)]
    add = np.zeros((DOSES, len(held)))
    add[:, 0] = 10.0
    plan = plan_read(TIMES, np.arange(DOSES) * DOSE_H, add, np.ones(len(held)))
    buffer = np.empty((len(TIMES), TILE))

    def by_mouth() -> None:
        for low in range(0, everybody.n, TILE):
            who = select_subjects(everybody, low, min(low + TILE, everybody.n))
            rates = np.ascontiguousarray(build_rate_matrix(who)[:, held][:, :, held])
            read = np.zeros((len(held), who.n))
            read[at.central] = NG_PER_ML / who.vc
            room = buffer if who.n == TILE else np.empty((len(TIMES), who.n + -who.n % LANES))
            read_fast(rates, read, plan, np.zeros_like(read), room)

    patients = draw_patients(
        models["oral.reference2026"], models["intrathecal.reference2026"], adult, 2_560, 1
    )
    therapy = SpinalTherapy(
        tip=TipRate([0.0, 168.0, 336.0, 504.0, 528.0], [4.0, 5.0, 6.0, 0.0, 6.0]),
        injections=(Injection(24.0, 50.0),),
    )
    room = np.empty((11, len(TIMES), TILE))

    def by_pump() -> None:
        for low in range(0, patients.n, TILE):
            simulate_spinal_fast(select_patients(patients, low, low + TILE), therapy, TIMES, buffer=room)

    return [
        ("oral model with transit chain", *speed(10_000, by_mouth, 5), "50,000", ""),
        ("whole intrathecal model, 11 curves", *speed(2_560, by_pump, 5), "10,000", ""),
    ]


def trial() -> Trial:
    """Three tablets a day for 30 days in the packaged population."""
    knowledge = load_knowledge()
    return Trial(
        model=knowledge.models["oral.reference2026"],
        population=knowledge.populations["adults_multiple_sclerosis"],
        surface_divisor=knowledge.kidney["mosteller"].coefficients["divisor"],
        events=repeat_daily(DoseEvents([8, 14, 20], [10, 10, 10]), 30),
        times_h=TIMES,
        seed=1,
        from_h=696.0,
    )


def population_rows() -> list[Row]:
    """Streaming: speed, threads, memory and start-up."""
    one = trial()
    table: list[Row] = [
        (
            "chunk: people, curves, figures, histogram",
            *speed(8192, lambda: run_chunk(one, 0, 8192), 3),
            "",
            "",
        )
    ]

    def wall(threads: int) -> float:
        begin = time.perf_counter()
        for _ in stream(one, 32_768, threads=threads):
            pass
        return time.perf_counter() - begin

    gains = [wall(1) / wall(2) for _ in range(5)]
    given = [_two_processes() for _ in range(2)]
    table.append(
        (
            "two threads against one",
            f"{max(gains):.2f} times",
            f"{statistics.median(gains):.2f} times",
            "1.7 times",
            "",
        )
    )
    table.append(
        (
            "two processes against one: what the machine gave meanwhile",
            f"{max(given):.2f} times",
            f"{statistics.median(given):.2f} times",
            "",
            "",
        )
    )
    code = "from benchmarks.simulators import million; million()"
    done = _python(code)
    seconds, peak = done.split()
    table.append(("a million people to figures, two threads", f"{float(seconds):.0f} s", "", "", ""))
    table.append(("peak memory of that", f"{float(peak):.0f} MB", "", "at most 400 MB", ""))
    start = "from benchmarks.first import first_result; first_result()"
    with tempfile.TemporaryDirectory() as folder:
        cold = _timed(start, folder)
        warm = [_timed(start, folder) for _ in range(5)]
    table.append(
        ("first results of a process, cold (compiles B1 and B2)", f"{cold:.1f} s", "", "at most 15 s", "")
    )
    table.append(
        (
            "first results of a process, warm",
            f"{min(warm):.2f} s",
            f"{statistics.median(warm):.2f} s",
            "at most 1.2 s",
            "",
        )
    )
    return table


def _two_processes() -> float:
    """How much more two processes of the same work get done in a second than one."""
    code = "from benchmarks.simulators import share; share()"
    alone = float(_python(code))
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    return 2 * alone / max(float(process.communicate()[0]) for process in both)


def share() -> None:
    """Eight chunks of 4096 people; prints seconds."""
    run_chunk(trial(), 0, 256)
    begin = time.perf_counter()
    for _ in stream(trial(), 32_768):
        pass
    sys.stdout.write(f"{time.perf_counter() - begin}\n")


def million() -> None:
    """One million people, figures and histograms only; prints seconds and peak MB."""
    begin = time.perf_counter()
    total = None
    for chunk in stream(trial(), 1_000_000, threads=2):
        total = chunk.histogram if total is None else total.merge(chunk.histogram)
    assert total is not None and (total.counts.sum(axis=1) == 1_000_000).all()
    # not getrusage: a child inherits its parent's peak there
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    sys.stdout.write(f"{time.perf_counter() - begin} {peak}\n")


def _python(code: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={**os.environ, **more}
    )
    return done.stdout


def _timed(code: str, cache: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _python(code, NUMBA_CACHE_DIR=cache)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def slope_rows() -> list[Row]:
    """How cost grows: the exponent of a straight line through logarithms; 1 is linear."""
    who = yardstick(TILE)
    buffer = np.empty((8 * len(TIMES), TILE))

    def cost(doses: int, points: int, tiles: int = 1) -> float:
        add = np.zeros((doses, 3))
        add[:, 0] = who.dose
        hours = doses * DOSE_H
        plan = plan_read(np.arange(points) * (hours / points), np.arange(doses) * DOSE_H, add, np.ones(3))
        best = np.inf
        for _ in range(15):
            begin = time.process_time()
            for _ in range(tiles):
                read_fast(who.rates, who.read, plan, np.zeros((3, TILE)), buffer[:points])
            best = min(best, time.process_time() - begin)
        return float(best)

    def exponent(sizes: list[int], costs: list[float]) -> str:
        return f"{np.polyfit(np.log(sizes), np.log(costs), 1)[0]:.2f}"

    steps = [1, 2, 4, 8]
    people = [cost(90, 1440, tiles) for tiles in steps]
    # at 16 points a dose: both grow together; at 90 doses: points alone
    doses = [cost(90 * k, 1440 * k) for k in steps]
    points = [cost(90, 1440 * k) for k in steps]
    return [
        ("cost against people, exponent", exponent(steps, people), "", "1 or less", ""),
        ("cost against doses (16 points each), exponent", exponent(steps, doses), "", "1 or less", ""),
        ("cost against points, exponent", exponent(steps, points), "", "1 or less", ""),
    ]


def rows() -> list[Row]:
    """Each measurement: what, best, median, target, error."""
    return [*yardstick_rows(), *model_rows(), *population_rows(), *slope_rows()]


def table() -> str:
    """All rows as one table."""
    lines = ["| what | best | median | target | error |", "|---|---:|---:|---|---:|"]
    lines += [f"| {' | '.join(row)} |" for row in rows()]
    return "\n".join(lines)


def main() -> None:
    """Print the table; with --write also keep it beside this file."""
    text = table()
    sys.stdout.write(text + "\n")
    if "--write" in sys.argv:
        versions = ", ".join(f"{name} {version}" for name, version in rivals.versions())
        head = (
            "# Measured: simulators\n\nCommand: `python -m benchmarks.simulators --write`, in the virtualenv its file"
            f" describes. {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}."
            " Speeds are people for each second of processor time; errors against SciPy's DOP853 at rtol 1e-12."
            " Compare rows of one run, not rows of different days.\n\n"
        )
        RESULTS.write_text(head + text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
