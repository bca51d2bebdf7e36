"""A pump and its catheter over time: what reaches the tip, what is left, and what the pump would sound.

Flow is constant between breakpoints, and the path is plug flow, so everything is exact arithmetic on breakpoints:
no time step. Fluid that enters the path when the pump has moved w mL reaches the tip when it has moved w plus the
volume of the path. The pump reckons its reservoir from what it was told; the true content follows the true flow.
Not modelled: mixing in the reservoir and the path, flow that falls before the reservoir is empty, and a leak
above the tip (which also slows what lies below it).
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from eutonia.errors import InputRefused, Problem
from eutonia.model.checks import check_number
from eutonia.model.device import PumpSystem
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import HOURS_PER_DAY
from eutonia.show import show_number
from eutonia.simulate.pump_events import CatheterFault, Fill, PumpEvent, check_events, check_flow
from eutonia.simulate.pump_programme import ProgrammeInForce
from eutonia.simulate.spinal_events import TipRate

__all__ = ["Occurrence", "PumpRun", "run_pump"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happens on the way: hours from the start, its kind, and a sentence."""

    at_h: float
    kind: str
    says: str


@dataclass(frozen=True, slots=True, eq=False)
class PumpRun:
    """A pump over time: K stretches of constant flow between K + 1 breakpoints, hours.

    flow: mL/h really moved. at_tip: micrograms per mL leaving the path. tip_rate: micrograms/h into the fluid
    around the cord; lost_rate: micrograms/h lost to a leak. left_ml and reckoned_ml (K, 2): true and reckoned
    reservoir at the start and end of each stretch. The amounts are micrograms: filled in, in the path at the start
    and at the end, in the reservoir at the end, and withdrawn at refills.
    """

    time_h: FloatArray
    flow: FloatArray
    at_tip: FloatArray
    tip_rate: FloatArray
    lost_rate: FloatArray
    left_ml: FloatArray
    reckoned_ml: FloatArray
    occurrences: tuple[Occurrence, ...]
    filled: float
    in_path_at_start: float
    in_path: float
    in_reservoir: float
    withdrawn: float
    not_checked: tuple[str, ...]

    @property
    def tip(self) -> TipRate:
        """What reaches the tip, for ``simulate_intrathecal``."""
        return TipRate(self.time_h[:-1], self.tip_rate, float(self.time_h[-1]))

    def delivered(self, hours: ArrayLike) -> FloatArray:
        """Micrograms out of the tip from hour 0 to each hour."""
        total = np.concatenate([[0.0], np.cumsum(self.tip_rate * np.diff(self.time_h))])
        return np.asarray(np.interp(np.asarray(hours, dtype=np.float64), self.time_h, total))

    def hourly(self) -> FloatArray:
        """Micrograms out of the tip in each full hour."""
        return np.asarray(np.diff(self.delivered(np.arange(math.floor(self.time_h[-1]) + 1))))

    def reservoir(self, hours: ArrayLike) -> FloatArray:
        """True volume in the reservoir, mL; at a refill, after it."""
        asked = np.asarray(hours, dtype=np.float64)
        k = np.clip(np.searchsorted(self.time_h, asked, side="right") - 1, 0, len(self.flow) - 1)
        return np.asarray(np.maximum(self.left_ml[k, 0] - self.flow[k] * (asked - self.time_h[k]), 0.0))

    @property
    def lost(self) -> float:
        """Micrograms lost to leaks."""
        return float(np.sum(self.lost_rate * np.diff(self.time_h)))


def run_pump(
    system: PumpSystem,
    events: Sequence[PumpEvent],
    until_h: float,
    path_concentration: float,
    flow_factor: float = 1.0,
) -> PumpRun:
    """Everything from hour 0 to ``until_h``. Events in order of time; at one moment a fill comes first.

    path_concentration: micrograms per mL in the path at hour 0 (0: not primed). flow_factor: true flow over
    programmed flow. Raises InputRefused naming every event that is wrong.
    """
    problems = check_events(system, events)
    problems += check_number("until_h", until_h, "The end", above_zero=True, words="h")
    problems += check_number("path_concentration", path_concentration, "The concentration in the path")
    problems += check_number("flow_factor", flow_factor, "The flow factor", above_zero=True)
    if problems:
        raise InputRefused(problems)
    return _March(system, events, until_h, path_concentration, flow_factor).result()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of constant flow: hours, mL/h, the part lost, mL moved before it, true and reckoned reservoir."""

    start: float
    end: float
    flow: float
    lost: float
    moved: float
    left: tuple[float, float]
    reckoned: tuple[float, float]

    def between(self, start: float, end: float) -> _Stretch:
        """A part of it."""

        def inside(pair: tuple[float, float]) -> tuple[float, float]:
            slope = (pair[1] - pair[0]) / (self.end - self.start)
            first = pair[0] + slope * (start - self.start)
            last = pair[1] if end == self.end else pair[0] + slope * (end - self.start)
            return (max(first, 0.0), max(last, 0.0))

        moved = self.moved + self.flow * (start - self.start)
        return _Stretch(start, end, self.flow, self.lost, moved, inside(self.left), inside(self.reckoned))


class _March:
    """The pump from breakpoint to breakpoint."""

    def __init__(
        self, system: PumpSystem, events: Sequence[PumpEvent], until_h: float, path: float, factor: float
    ) -> None:
        self.system, self.factor, self.until_h = system, factor, until_h
        self.fills = {e.at_h: e for e in events if isinstance(e, Fill)}
        self.programme = ProgrammeInForce(events)
        self.faults = [e for e in events if isinstance(e, CatheterFault)]
        self.fault_starts = [fault.at_h for fault in self.faults]
        self.too_fast: dict[str, Problem] = {}
        self.left = self.reckoned = self.moved = 0.0
        self.concentration = self.told = 0.0
        self.filled = self.withdrawn = 0.0
        self.entered: list[tuple[float, float]] = [
            (-math.inf, path)
        ]  # mL moved, micrograms per mL from there
        self.stretches: list[_Stretch] = []
        self.occurrences: list[Occurrence] = []

    def result(self) -> PumpRun:
        cuts = self._cuts()
        for start, end in itertools.pairwise(cuts):
            if start in self.fills:
                self._fill(self.fills[start])
            self._run(start, end)
        if self.too_fast:
            raise InputRefused(self.too_fast.values())
        self._note_standstills_and_faults()
        parts, at_tip = self._cut_at_new_solution()
        flow = np.array([part.flow for part in parts])
        lost = np.array([part.lost for part in parts])
        tip = np.array(at_tip)
        return PumpRun(
            time_h=np.array([parts[0].start, *(part.end for part in parts)]),
            flow=flow,
            at_tip=tip,
            tip_rate=flow * tip * (1.0 - lost),
            lost_rate=flow * tip * lost,
            left_ml=np.array([part.left for part in parts]),
            reckoned_ml=np.array([part.reckoned for part in parts]),
            occurrences=tuple(sorted(self.occurrences, key=lambda o: o.at_h)),
            filled=self.filled,
            in_path_at_start=self.entered[0][1] * self.system.path_ml,
            in_path=self._path_content(),
            in_reservoir=self.left * self.concentration,
            withdrawn=self.withdrawn,
            not_checked=self._not_checked(),
        )

    def _cuts(self) -> list[float]:
        hours = [0.0, self.until_h, *self.fills, *self.programme.changes(self.until_h)]
        hours += [hour for fault in self.faults for hour in (fault.at_h, fault.until_h)]
        return sorted({hour for hour in hours if 0 <= hour <= self.until_h})

    def _fill(self, fill: Fill) -> None:
        self.withdrawn += self.left * self.concentration
        self.left = self.reckoned = fill.ml
        self.concentration = fill.concentration
        self.told = fill.programmed_concentration or fill.concentration
        self.filled += fill.ml * fill.concentration
        self.entered.append((self.moved, fill.concentration))
        alarm = self.system.alarm_ml
        if alarm is not None and fill.ml <= alarm:
            self._note(fill.at_h, "low reservoir alarm", "The fill is no more than the alarm volume.")

    def _run(self, start: float, end: float) -> None:
        middle = (start + end) / 2
        told = self.programme.flow(middle, self.told)
        self._check_flow(middle, told)
        place = bisect_right(self.fault_starts, middle) - 1
        fault = self.faults[place] if place >= 0 and middle < self.faults[place].until_h else None
        true = told * self.factor
        lost = 0.0
        if fault is not None:
            true = 0.0 if fault.kind == "kink" else true
            lost = {"leak": fault.lost, "disconnection": 1.0, "kink": 0.0}[fault.kind]
        if true > 0 and self.left > 0 and self.left < true * (end - start):
            empty = min(start + self.left / true, end)
            if empty > start:
                self._stretch(start, empty, told, true, lost, is_emptied=True)
            else:  # what is left would be gone in less time than a clock can show
                self.moved += self.left
                self.left = 0.0
            self._note(empty, "empty", "The reservoir is empty; nothing flows any more.")
            start = empty
        if start < end:
            self._stretch(start, end, told, true if self.left > 0 else 0.0, lost)

    def _check_flow(self, hour: float, told: float) -> None:
        """A bolus on top of the programme can ask for more than either: the flow that would run is what counts."""
        path = self.programme.cause(hour)
        if path not in self.too_fast:
            for problem in check_flow(self.system, path, told * HOURS_PER_DAY, is_base=False):
                self.too_fast[path] = problem

    def _stretch(
        self, start: float, end: float, told: float, true: float, lost: float, *, is_emptied: bool = False
    ) -> None:
        hours = end - start
        left = 0.0 if is_emptied else max(self.left - true * hours, 0.0)
        reckoned = max(self.reckoned - told * hours, 0.0)
        self._note_alarm(
            start, told, self.reckoned, reckoned, "low reservoir alarm", "By its own reckoning the"
        )
        self._note_alarm(start, true, self.left, left, "alarm volume reached", "In truth the")
        self.stretches.append(
            _Stretch(start, end, true, lost, self.moved, (self.left, left), (self.reckoned, reckoned))
        )
        self.moved += true * hours
        self.left, self.reckoned = left, reckoned

    def _note_alarm(
        self, start: float, flow: float, before: float, after: float, kind: str, opening: str
    ) -> None:
        alarm = self.system.alarm_ml
        if alarm is not None and before > alarm >= after:
            at = start + (before - alarm) / flow
            self._note(at, kind, f"{opening} pump holds {alarm:g} mL, the volume set for the alarm.")

    def _cut_at_new_solution(self) -> tuple[list[_Stretch], list[float]]:
        """The stretches cut where another solution reaches the tip, and the solution at the tip in each."""
        edges = [volume + self.system.path_ml for volume, _ in self.entered]
        solutions = [concentration for _, concentration in self.entered]
        parts, at_tip = [], []
        place = 0
        for stretch in self.stretches:
            start = stretch.start
            reach = stretch.moved + stretch.flow * (stretch.end - stretch.start)
            while place + 1 < len(edges) and stretch.flow > 0:
                if edges[place + 1] > stretch.moved and edges[place + 1] >= reach:
                    break
                here = stretch.start
                if edges[place + 1] > stretch.moved:
                    here += (edges[place + 1] - stretch.moved) / stretch.flow
                if here >= stretch.end:
                    break  # rounding puts it at the very end: it is the next stretch that begins with it
                if start < here < stretch.end:
                    parts.append(stretch.between(start, here))
                    at_tip.append(solutions[place])
                    start = here
                place += 1
                if solutions[place] != solutions[place - 1]:
                    words = f"Solution of {show_number(solutions[place])} micrograms per mL reaches the catheter tip."
                    self._note(here, "new solution at the tip", words)
            parts.append(stretch.between(start, stretch.end))
            at_tip.append(solutions[place])
        return parts, at_tip

    def _path_content(self) -> float:
        """Micrograms between reservoir and tip at the end."""
        low = self.moved - self.system.path_ml
        edges = [*(volume for volume, _ in self.entered), self.moved]
        total = 0.0
        for (start, concentration), end in zip(self.entered, edges[1:], strict=True):
            total += concentration * max(end - max(start, low), 0.0)
        return total

    def _note_standstills_and_faults(self) -> None:
        limit = self.system.stopped_alarm_h
        for at_h, says in self.programme.lost_boluses():
            self._note(at_h, "bolus not delivered", says)
        for stop in self.programme.stops:
            words = {
                "stopped": "The pump is stopped by programming.",
                "magnet": "The pump stands still in a magnet.",
                "stall": "The pump stalls; the critical alarm sounds.",
            }
            self._note(stop.at_h, stop.reason, words[stop.reason])
            if limit is not None and stop.until_h > stop.at_h + limit:
                self._note(
                    stop.at_h + limit, "critical alarm", f"The pump has stood still for {limit:g} hours."
                )
            self._note(stop.until_h, "running again", "The pump turns again.")
        for fault in self.faults:
            self._note(fault.at_h, fault.kind, f"The catheter has a {fault.kind}; the pump does not know.")
            self._note(fault.until_h, "catheter mended", "The catheter is whole again.")

    def _note(self, at_h: float, kind: str, says: str) -> None:
        if at_h <= self.until_h:
            self.occurrences.append(Occurrence(at_h, kind, says))

    def _not_checked(self) -> tuple[str, ...]:
        known = {
            "the lowest flow of the pump": self.system.minimum_flow,
            "the highest flow of the pump": self.system.maximum_flow,
            "the volume at the low-reservoir alarm": self.system.alarm_ml,
        }
        return tuple(f"Not checked: {what} is not known." for what, value in known.items() if value is None)
