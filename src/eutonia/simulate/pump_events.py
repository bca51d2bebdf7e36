"""What is done to a pump and what befalls it, as dated events; refused as a whole when one makes no sense."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from eutonia.errors import Code, Problem
from eutonia.model.checks import check_number
from eutonia.model.device import PumpSystem
from eutonia.model.intrathecal import HOURS_PER_DAY
from eutonia.simulate.spinal_events import check_order

__all__ = [
    "Bolus",
    "CatheterFault",
    "Continuous",
    "Fill",
    "FixedVolume",
    "FlexDay",
    "PeriodicBolus",
    "Programme",
    "PumpEvent",
    "Standstill",
]


@dataclass(frozen=True, slots=True)
class Fill:
    """The reservoir is emptied and filled: mL as the programmer counts them, micrograms per mL.

    What cannot be withdrawn is left out of account. programmed_concentration: what was told to the pump, where
    that differs from what is in the syringe.
    """

    at_h: float
    ml: float
    concentration: float
    programmed_concentration: float | None = None


@dataclass(frozen=True, slots=True)
class Continuous:
    """Simple continuous mode: micrograms a day."""

    at_h: float
    micrograms_per_day: float


@dataclass(frozen=True, slots=True)
class FlexDay:
    """A pattern repeated every 24 h: (hour of the day, micrograms per hour) steps, the first at hour 0.

    midnight_h: an hour of the simulation at which a day begins.
    """

    at_h: float
    steps: tuple[tuple[float, float], ...]
    midnight_h: float = 0.0


@dataclass(frozen=True, slots=True)
class PeriodicBolus:
    """Boluses at a fixed interval, the first at the start, on top of a base rate (micrograms a day)."""

    at_h: float
    micrograms: float
    duration_h: float
    every_h: float
    base_micrograms_per_day: float = 0.0


@dataclass(frozen=True, slots=True)
class Bolus:
    """A single bolus on top of the programme."""

    at_h: float
    micrograms: float
    duration_h: float


@dataclass(frozen=True, slots=True)
class FixedVolume:
    """A stated volume in a stated time instead of the programme: a priming or a bridge bolus."""

    at_h: float
    ml: float
    duration_h: float


@dataclass(frozen=True, slots=True)
class Standstill:
    """The pump does not turn: stopped by programming, by a magnet, or stalled. The pump knows."""

    at_h: float
    until_h: float = float("inf")
    reason: Literal["stopped", "magnet", "stall"] = "stopped"


@dataclass(frozen=True, slots=True)
class CatheterFault:
    """Trouble with the catheter, which the pump does not know.

    leak: the fraction ``lost`` of what would reach the tip is lost, as if the hole were at the tip.
    disconnection: all of it. kink: nothing flows and nothing is lost.
    """

    at_h: float
    kind: Literal["leak", "kink", "disconnection"]
    lost: float = 0.0
    until_h: float = float("inf")


STANDSTILLS = ("stopped", "magnet", "stall")
FAULTS = ("leak", "kink", "disconnection")

Programme = Continuous | FlexDay | PeriodicBolus
PumpEvent = Fill | Programme | Bolus | FixedVolume | Standstill | CatheterFault


def check_events(system: PumpSystem, events: Sequence[PumpEvent]) -> list[Problem]:
    """Every problem with the events of a pump, each naming its event as ``pump[i]``."""
    problems = check_order("pump", [event.at_h for event in events])
    for index, event in enumerate(events):
        problems += _check_event(f"pump[{index}]", event, system)
    problems += _check_pairs(events)
    if not problems:
        problems += _check_filled(events) or _check_flows(system, events)
    return problems


def _check_event(path: str, event: PumpEvent, system: PumpSystem) -> Iterable[Problem]:
    yield from check_number(f"{path}.at_h", event.at_h, "The time of an event", words="h")
    for name, what, words in (
        ("ml", "The volume", "mL"),
        ("concentration", "The concentration", "micrograms per mL"),
        ("micrograms_per_day", "The daily dose", "micrograms a day"),
        ("micrograms", "The amount of a bolus", "micrograms"),
        ("duration_h", "The length of a bolus", "h"),
        ("every_h", "The interval", "h"),
    ):
        value = getattr(event, name, None)
        if value is not None:
            yield from check_number(f"{path}.{name}", value, what, above_zero=True, words=words)
    if isinstance(event, Fill):
        if event.programmed_concentration is not None:
            at = f"{path}.programmed_concentration"
            yield from check_number(at, event.programmed_concentration, "The concentration", above_zero=True)
        if event.ml > system.reservoir_ml:
            yield Problem(
                Code.IMPOSSIBLE_VALUE,
                "It is more than the reservoir holds.",
                path=f"{path}.ml",
                given=f"{event.ml:g} mL",
                accepted=(f"up to {system.reservoir_ml:g} mL",),
            )
    if isinstance(event, PeriodicBolus):
        yield from check_number(
            f"{path}.base_micrograms_per_day", event.base_micrograms_per_day, "The base rate"
        )
        if event.duration_h >= event.every_h:
            yield _overlap(f"{path}.duration_h", "A bolus is still running when the next one is due.")
    if isinstance(event, FlexDay):
        yield from _check_flex(path, event)
    if isinstance(event, (Standstill, CatheterFault)) and not event.until_h > event.at_h:
        yield Problem(
            Code.CROSSED_DATES,
            "It ends before it begins.",
            path=f"{path}.until_h",
            given=f"{event.until_h:g} h",
            accepted=(f"after {event.at_h:g} h",),
        )
    for name, words_known in (("reason", STANDSTILLS), ("kind", FAULTS)):
        word = getattr(event, name, None)
        if word is not None and word not in words_known:
            yield Problem(
                Code.UNKNOWN_WORD,
                "No such word here.",
                path=f"{path}.{name}",
                given=str(word),
                accepted=words_known,
            )
    if isinstance(event, CatheterFault) and event.kind == "leak" and not 0 < event.lost <= 1:
        yield Problem(
            Code.IMPOSSIBLE_VALUE,
            "A leak loses a fraction of the drug.",
            path=f"{path}.lost",
            given=f"{event.lost:g}",
            accepted=("above 0, up to 1",),
        )


def _check_flex(path: str, event: FlexDay) -> Iterable[Problem]:
    hours = [hour for hour, _ in event.steps]
    if not hours or hours[0] != 0 or any(not a < b for a, b in itertools.pairwise([*hours, HOURS_PER_DAY])):
        yield Problem(
            Code.CROSSED_DATES,
            "The steps of a day must begin at hour 0, rise, and lie within the day.",
            path=f"{path}.steps",
            given=", ".join(f"{hour:g} h" for hour in hours) or "none",
        )
    for place, (_, rate) in enumerate(event.steps):
        yield from check_number(f"{path}.steps[{place}]", rate, "The rate of a step")
    yield from check_number(f"{path}.midnight_h", event.midnight_h, "The hour a day begins", words="h")


def _overlap(path: str, why: str) -> Problem:
    return Problem(
        Code.CONFLICTING_VALUES, why, path=path, next_step="Separate the two; nothing was simulated."
    )


def _check_pairs(events: Sequence[PumpEvent]) -> Iterable[Problem]:
    """Programmes at one moment; boluses, standstills or faults that overlap their like."""
    programmes: dict[float, int] = {}
    fills: dict[float, int] = {}
    ends: dict[str, tuple[float, int]] = {}
    for index, event in enumerate(events):
        if isinstance(event, (Fill, Continuous, FlexDay, PeriodicBolus)):
            known, what = (fills, "fill") if isinstance(event, Fill) else (programmes, "programme")
            if event.at_h in known:
                why = f"Another {what}, pump[{known[event.at_h]}], begins at the same moment."
                yield _overlap(f"pump[{index}].at_h", why)
            known[event.at_h] = index
            continue
        kind = "bolus" if isinstance(event, (Bolus, FixedVolume)) else type(event).__name__
        end = event.at_h + event.duration_h if isinstance(event, (Bolus, FixedVolume)) else event.until_h
        until, other = ends.get(kind, (float("-inf"), -1))
        if event.at_h < until:
            yield _overlap(f"pump[{index}].at_h", f"pump[{other}] has not ended yet.")
        ends[kind] = (end, index)


def _check_filled(events: Sequence[PumpEvent]) -> list[Problem]:
    first = min((e.at_h for e in events if isinstance(e, Fill)), default=float("inf"))
    return [
        Problem(
            Code.MISSING_VALUE,
            "The reservoir has not been filled by then.",
            path=f"pump[{index}].at_h",
            given=f"{event.at_h:g} h",
            next_step="Add the fill with its volume and concentration.",
        )
        for index, event in enumerate(events)
        if isinstance(event, (Continuous, FlexDay, PeriodicBolus, Bolus, FixedVolume)) and event.at_h < first
    ]


def _check_flows(system: PumpSystem, events: Sequence[PumpEvent]) -> list[Problem]:
    """Programmed flows against what the pump can do, for every solution a programme meets."""
    problems: list[Problem] = []
    in_force: tuple[int, Programme] | None = None
    concentration = 0.0
    for _, together in itertools.groupby(enumerate(events), key=lambda entry: entry[1].at_h):
        now = list(together)
        is_changed = False
        for index, event in now:
            if isinstance(event, Fill):
                concentration = event.programmed_concentration or event.concentration
                is_changed = True
            elif isinstance(event, (Continuous, FlexDay, PeriodicBolus)):
                in_force, is_changed = (index, event), True
        if is_changed and in_force is not None:
            for rate, is_base in _daily_rates(in_force[1]):
                problems += check_flow(system, f"pump[{in_force[0]}]", rate / concentration, is_base=is_base)
        for index, event in now:
            if isinstance(event, Bolus):
                flow = HOURS_PER_DAY * event.micrograms / event.duration_h / concentration
                problems += check_flow(system, f"pump[{index}]", flow, is_base=False)
            if isinstance(event, FixedVolume):
                flow = HOURS_PER_DAY * event.ml / event.duration_h
                problems += check_flow(system, f"pump[{index}]", flow, is_base=False)
    return problems


def _daily_rates(programme: Programme) -> list[tuple[float, bool]]:
    """Micrograms a day of a programme's parts, and whether the lowest flow applies to them."""
    if isinstance(programme, Continuous):
        return [(programme.micrograms_per_day, True)]
    if isinstance(programme, FlexDay):
        return [(HOURS_PER_DAY * rate, True) for _, rate in programme.steps]
    bolus = HOURS_PER_DAY * programme.micrograms / programme.duration_h
    base = programme.base_micrograms_per_day
    return [(base, True), (bolus + base, False)]


def check_flow(system: PumpSystem, path: str, flow: float, *, is_base: bool) -> list[Problem]:
    """The problem with a flow in mL a day that the pump cannot run at; ``is_base``: the lowest flow counts too."""
    low, high = system.minimum_flow, system.maximum_flow
    too_low = is_base and low is not None and 0 < flow < low * (1 - 1e-12)
    if not too_low and (high is None or flow <= high * (1 + 1e-12)):
        return []
    span = f"{low or 0:g} mL a day and more" if high is None else f"{low or 0:g} to {high:g} mL a day"
    return [
        Problem(
            Code.IMPOSSIBLE_VALUE,
            "The pump cannot run at this rate.",
            path=path,
            given=f"{flow:.4g} mL a day",
            accepted=(span,),
            next_step="Choose another concentration or dose.",
        )
    ]
