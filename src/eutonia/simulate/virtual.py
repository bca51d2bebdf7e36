"""Virtual populations: people with different bodies, the same doses, and what follows, in chunks.

A chunk is a pure function of a trial and the numbers of its people: random numbers come from a counter at each
person's own place, so nothing depends on how people are cut into chunks or how many threads work. Chunks hold
one row a person and a histogram of all concentrations; chunks are streamed, so a million people need no more
memory than one chunk a thread. pyarrow, an optional extra, is imported when the first chunk is made.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from eutonia.knowledge.populations import Population
from eutonia.knowledge.schema import DomainLimit, ModelFile
from eutonia.model.individual import (
    Covariates,
    FloatArray,
    Formulation,
    Individual,
    draw_individuals,
    draw_normals,
    is_outside,
    select_subjects,
    typical_individual,
)
from eutonia.model.kernel_numpy import Histogram
from eutonia.model.kernel_tone import LANES
from eutonia.model.published import is_apparent
from eutonia.model.residual import measure, residual_error
from eutonia.model.seeds import SEEDS, check_seed
from eutonia.simulate.blocks import run_blocks
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.shared_course import plan_course, read_course

__all__ = [
    "Chunk",
    "Outside",
    "People",
    "Trial",
    "draw_people",
    "draw_virtual",
    "run_chunk",
    "stream",
    "write_parquet",
]


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


# Model files and populations hold read-only mappings, which Python does not pickle by itself; a trial goes to other
# processes and machines.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


# Keys of the counter: below 2^64 the oral model's, then the spinal one's, then these.
_KEY = 2 * SEEDS
# Which random number each covariate takes. Append only: the order fixes which person gets which value.
_SLOTS = ("sex", "age", "height", "weight", "filtration")
_TILE = 256  # people simulated at once; their curves stay near the processor


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Covariates of n virtual people, arrays (n,): years, kg, cm, and absolute filtration in mL/min."""

    age: FloatArray
    is_female: NDArray[np.bool_]
    weight: FloatArray
    height: FloatArray
    filtration: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One regimen in one virtual population.

    surface_divisor: of the body-surface formula (cm x kg), the knowledge base has it under ``mosteller``.
    times_h: output times (T,), in order from 0. from_h: start of the stretch that the figures are for; it ends
    at the last output time. Both must be output times. is_fast: use the compiled path. measured_at_h: output
    times at which a laboratory measures, with the model's residual error.
    """

    model: ModelFile
    population: Population
    surface_divisor: float
    events: DoseEvents
    times_h: FloatArray
    seed: int
    from_h: float = 0.0
    formulation: Formulation = "tablet"
    is_fast: bool = True
    measured_at_h: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """How many people lie outside the soft range of a limit of the model; ``limit.because`` says what that means."""

    limit: DomainLimit
    people: int


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """People ``first`` to ``first`` + rows - 1. table: an Arrow table, one row a person.

    Its columns: person; age, is_female, weight, height, filtration; clearance (L/h); cmax, trough and average
    (ng/mL), tmax (h from ``from_h``) and auc (ng h/mL) over the stretch; “measured at 24 h” and so on (ng/mL) where
    the trial measures; outside, the names of the covariates in which the person lies outside the model's own people.
    histogram: concentrations, ng/mL. outside: for each limit of the model, how many of these people that is.
    """

    first: int
    table: Any
    histogram: Histogram
    outside: tuple[Outside, ...]


def draw_people(population: Population, surface_divisor: float, n: int, seed: int, first: int = 0) -> People:
    """People ``first`` onwards of a population; whoever would lie outside its limits is set to the limit.

    Weight and height are those of the sex and go together; filtration falls with age, and is scaled from 1.73
    square metres to the person's own surface. Raises ValueError for a negative count or a seed outside 0 to 2^64.
    """
    seed = check_seed(seed)
    if n < 1 or first < 0:
        raise ValueError(f"n must be at least 1 and first not negative, not {n} and {first}")
    normal = dict(zip(_SLOTS, draw_normals(n, _KEY + seed, first).T, strict=False))
    p = population.value
    share = p("female_share")
    is_female = np.full(n, share >= 1) if share in (0.0, 1.0) else normal["sex"] < NormalDist().inv_cdf(share)

    def by_sex(name: str) -> FloatArray:
        return np.where(is_female, p(f"{name}_female"), p(f"{name}_male"))

    age = np.clip(p("age_mean") + p("age_sd") * normal["age"], p("age_low"), p("age_high"))
    height = by_sex("height_mean") + p("height_sd") * normal["height"]
    height = np.clip(height, p("height_low"), p("height_high"))
    together = p("height_weight_correlation")
    eta = together * normal["height"] + np.sqrt(1.0 - together**2) * normal["weight"]
    spread = np.sqrt(np.log1p(p("weight_cv") ** 2))
    weight = by_sex("weight_mean") * np.exp(spread * eta - spread**2 / 2)
    weight = np.clip(weight, p("weight_low"), p("weight_high"))
    falling = by_sex("filtration_fall_per_year") * np.maximum(age - p("filtration_falls_from"), 0.0)
    indexed = p("filtration_mean") - falling + p("filtration_sd") * normal["filtration"]
    indexed = np.clip(indexed, p("filtration_low"), p("filtration_high"))
    surface = np.sqrt(height * weight / surface_divisor)
    return People(age, is_female, weight, height, indexed * surface / p("surface_reference"))


def draw_virtual(
    model: ModelFile, people: People, formulation: Formulation, seed: int, first: int = 0
) -> Individual:
    """The parameters of these people, the same as ``draw_individuals`` gives each for their own covariates.

    For model files built like the reference model. Raises OutsideDomain naming the first covariate that is
    outside for somebody; ValueError for a model whose clearance is per absorbed fraction.
    """
    if is_apparent(model):
        raise ValueError(f"{model.name} is not built like the reference model; draw its people one by one")
    gfr = people.filtration
    for pick in (np.argmin, np.argmax):
        for values in (people.age, people.weight, gfr):
            who = int(pick(values))
            own = Covariates(float(people.age[who]), float(people.weight[who]), float(gfr[who]), formulation)
            typical_individual(model, own)
    grown_from, cap = model.value("adult_from_age"), model.value("adult_filtration_cap")
    standard = model.value("reference_weight")
    is_adult = people.age >= grown_from

    def drawn(age_years: float) -> Individual:
        return draw_individuals(
            model, Covariates(age_years, standard, cap, formulation), len(gfr), seed, first
        )

    base = drawn(grown_from)
    if not is_adult.all():
        child = drawn(float(people.age.min()))
        names = ("cl", "cl_renal", "q", "vc", "vp", "f", "ka", "mtt")
        base = replace(
            base, **{name: np.where(is_adult, getattr(base, name), getattr(child, name)) for name in names}
        )
    size = people.weight / standard
    size_cl, size_v = size ** model.value("clearance_exponent"), size ** model.value("volume_exponent")
    renal = base.cl_renal * (np.where(is_adult, np.minimum(gfr, cap), gfr) / cap)
    return replace(
        base,
        cl=renal + (base.cl - base.cl_renal) * size_cl,
        cl_renal=renal,
        q=base.q * size_cl,
        vc=base.vc * size_v,
        vp=base.vp * size_v,
    )


def run_chunk(trial: Trial, first: int, n: int) -> Chunk:
    """People ``first`` to ``first + n - 1`` of the trial. Pure: the same arguments give the same bytes.

    Raises OutsideDomain, ValueError for output times out of order or ``from_h`` not among them, ImportError
    when pyarrow (or numba, on the fast path) is not installed.
    """
    arrow: Any = import_module("pyarrow")
    times = np.asarray(trial.times_h, dtype=np.float64)
    since = int(np.searchsorted(times, trial.from_h))
    if since >= len(times) - 1 or times[since] != trial.from_h:
        raise ValueError(f"from_h ({trial.from_h:g} h) must be an output time before the last")
    people = draw_people(trial.population, trial.surface_divisor, n, trial.seed, first)
    everybody = draw_virtual(trial.model, people, trial.formulation, trial.seed, first)
    course = plan_course(trial.events, times, times[[since, -1]], everybody.n_transit)
    histogram = Histogram.empty(len(times))
    figures = np.empty((5, n))
    taken = _output_times(times, trial.measured_at_h)
    true = np.empty((len(taken), n))
    buffer = np.empty((len(times), _TILE + -_TILE % LANES))
    for low in range(0, n, _TILE):
        who = select_subjects(everybody, low, min(low + _TILE, n))
        whole: FloatArray | None = None
        if trial.is_fast:
            wide = who.n + -who.n % LANES
            whole = buffer if wide == buffer.shape[1] else np.empty((len(times), wide))
        curves, areas = read_course(who, course, is_fast=trial.is_fast, buffer=whole)
        histogram.add(curves if whole is None else whole, who.n, is_fast=trial.is_fast)
        part = curves[since:]
        true[:, low : low + who.n] = curves[taken]
        highest = part.argmax(axis=0)
        figures[:, low : low + who.n] = (
            part[highest, np.arange(who.n)],
            times[since + highest] - trial.from_h,
            part.min(axis=0),
            areas[1] - areas[0],
            (areas[1] - areas[0]) / (times[-1] - trial.from_h),
        )
    columns: dict[str, Any] = {
        "person": np.arange(first, first + n),
        "age": people.age,
        "is_female": people.is_female,
        "weight": people.weight,
        "height": people.height,
        "filtration": people.filtration,
        "clearance": everybody.cl,
        **dict(zip(("cmax", "tmax", "trough", "auc", "average"), figures, strict=True)),
    }
    outside, columns["outside"] = _find_outside(trial.model, people)
    if len(taken):
        error = residual_error(trial.model)
        if error is None:
            raise ValueError(f"{trial.model.name} states no residual error, so nothing can be measured in it")
        levels = measure(np.maximum(true, 0.0), error, trial.seed, first)
        columns |= {
            f"measured at {h:g} h": level for h, level in zip(trial.measured_at_h, levels, strict=True)
        }
    return Chunk(first, arrow.table(columns), histogram, outside)


def _find_outside(model: ModelFile, people: People) -> tuple[tuple[Outside, ...], list[str]]:
    """Counts by limit, and for each person the covariates in which they lie outside."""
    values = {"age": people.age, "weight": people.weight, "glomerular_filtration": people.filtration}
    found, names = [], [""] * len(people.age)
    for limit in model.domain:
        who = np.flatnonzero(is_outside(limit, values[limit.covariate])).tolist()
        found.append(Outside(limit, len(who)))
        for person in who:
            names[person] += f", {limit.covariate}" if names[person] else limit.covariate
    return tuple(found), names


def _output_times(times: FloatArray, wanted: tuple[float, ...]) -> list[int]:
    """Where the wanted hours stand among the output times. Raises ValueError for one that is not among them."""
    places = []
    for hour in wanted:
        at = int(np.searchsorted(times, hour))
        if at == len(times) or times[at] != hour:
            raise ValueError(f"measured_at_h: {hour:g} h is not among the output times")
        places.append(at)
    return places


def stream(
    trial: Trial,
    n: int,
    *,
    size: int = 4096,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Chunk]:
    """All chunks of the first ``n`` people, in order; at most one more than ``threads`` are held at a time.

    progress: called with the people done and ``n`` after each chunk. Raises as ``run_chunk`` does.
    """
    for done, chunk in run_blocks(partial(run_chunk, trial), n, size, threads):
        if progress is not None:
            progress(done, n)
        yield chunk


def write_parquet(chunks: Iterable[Chunk], sink: BinaryIO) -> Histogram:
    """Write the people of all chunks as one Parquet table into an open binary file; their histogram.

    Raises ValueError when there is no chunk.
    """
    parquet: Any = import_module("pyarrow.parquet")
    writer: Any = None
    total: Histogram | None = None
    try:
        for chunk in chunks:
            if writer is None:
                writer = parquet.ParquetWriter(sink, chunk.table.schema)
            writer.write_table(chunk.table)
            total = chunk.histogram if total is None else total.merge(chunk.histogram)
    finally:
        if writer is not None:
            writer.close()
    if total is None:
        raise ValueError("there is no chunk to write")
    return total
