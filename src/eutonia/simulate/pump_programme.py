"""What a pump is told to do at any hour: programme, boluses on top of it, volumes instead of it, standstills."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from eutonia.model.intrathecal import HOURS_PER_DAY
from eutonia.simulate.pump_events import (
    Bolus,
    Continuous,
    FixedVolume,
    FlexDay,
    PeriodicBolus,
    Programme,
    PumpEvent,
    Standstill,
)

__all__ = ["ProgrammeInForce"]


class ProgrammeInForce:
    """The events that the pump itself knows, checked and in order of time, looked up by hour.

    Programmes replace each other; boluses do not overlap, nor do standstills.
    """

    def __init__(self, events: Sequence[PumpEvent]) -> None:
        self.names = {id(event): f"pump[{index}]" for index, event in enumerate(events)}
        self.programmes = [e for e in events if isinstance(e, (Continuous, FlexDay, PeriodicBolus))]
        self.boluses = [e for e in events if isinstance(e, (Bolus, FixedVolume))]
        self.stops = [e for e in events if isinstance(e, Standstill)]
        self._programme_starts = [p.at_h for p in self.programmes]
        self._bolus_starts = [b.at_h for b in self.boluses]
        self._stop_starts = [s.at_h for s in self.stops]

    def changes(self, until_h: float) -> Iterator[float]:
        """Hours at which what the pump is told changes; some may lie after ``until_h``."""
        for bolus in self.boluses:
            yield from (bolus.at_h, bolus.at_h + bolus.duration_h)
        for stop in self.stops:
            yield from (stop.at_h, stop.until_h)
        nexts = self._programme_starts[1:]
        for place, programme in enumerate(self.programmes):
            yield programme.at_h
            yield from _changes(programme, min([*nexts[place : place + 1], until_h]))

    def flow(self, hour: float, concentration: float) -> float:
        """mL/h the pump is told to move, for the concentration (micrograms per mL) it was told; 0: not filled."""
        if self._standstill(hour) is not None:
            return 0.0
        bolus = self._bolus(hour)
        if isinstance(bolus, FixedVolume):
            return bolus.ml / bolus.duration_h
        on_top = 0.0 if bolus is None else bolus.micrograms / bolus.duration_h
        return (self._dose_rate(hour) + on_top) / concentration if concentration > 0 else 0.0

    def cause(self, hour: float) -> str:
        """The event behind the flow of that hour, as ``pump[i]``: a bolus before the programme beneath it."""
        event = self._bolus(hour) or self._programme(hour)
        return "pump" if event is None else self.names[id(event)]

    def lost_boluses(self) -> Iterator[tuple[float, str]]:
        """Every bolus that meets a standstill: its hour, and what it does not deliver."""
        for bolus in self.boluses:
            end = bolus.at_h + bolus.duration_h
            stood = sum(max(min(end, stop.until_h) - max(bolus.at_h, stop.at_h), 0.0) for stop in self.stops)
            if stood > 0:
                share = stood / bolus.duration_h
                whole = (
                    (bolus.ml, "mL") if isinstance(bolus, FixedVolume) else (bolus.micrograms, "micrograms")
                )
                yield (
                    bolus.at_h,
                    f"The pump stands still for {stood:.4g} of the {bolus.duration_h:.4g} hours of this bolus; "
                    f"{share * whole[0]:.4g} of {whole[0]:.4g} {whole[1]} are not delivered.",
                )

    def _standstill(self, hour: float) -> Standstill | None:
        place = bisect_right(self._stop_starts, hour) - 1
        return self.stops[place] if place >= 0 and hour < self.stops[place].until_h else None

    def _bolus(self, hour: float) -> Bolus | FixedVolume | None:
        place = bisect_right(self._bolus_starts, hour) - 1
        if place < 0:
            return None
        bolus = self.boluses[place]
        return bolus if hour < bolus.at_h + bolus.duration_h else None

    def _programme(self, hour: float) -> Programme | None:
        place = bisect_right(self._programme_starts, hour) - 1
        return self.programmes[place] if place >= 0 else None

    def _dose_rate(self, hour: float) -> float:
        """What the programme in force delivers, micrograms/h."""
        programme = self._programme(hour)
        if programme is None:
            return 0.0
        if isinstance(programme, Continuous):
            return programme.micrograms_per_day / HOURS_PER_DAY
        if isinstance(programme, FlexDay):
            clock = (hour - programme.midnight_h) % HOURS_PER_DAY
            return [rate for from_hour, rate in programme.steps if from_hour <= clock][-1]
        base = programme.base_micrograms_per_day / HOURS_PER_DAY
        is_running = (hour - programme.at_h) % programme.every_h < programme.duration_h
        return base + (programme.micrograms / programme.duration_h if is_running else 0.0)


def _changes(programme: Programme, end: float) -> Iterator[float]:
    """Hours up to ``end`` at which the rate of a programme changes."""
    if isinstance(programme, FlexDay):
        first = math.floor((programme.at_h - programme.midnight_h) / HOURS_PER_DAY)
        last = math.ceil((end - programme.midnight_h) / HOURS_PER_DAY)
        for day in range(first, last + 1):
            for hour, _ in programme.steps:
                at = programme.midnight_h + HOURS_PER_DAY * day + hour
                if programme.at_h < at < end:
                    yield at
    if isinstance(programme, PeriodicBolus):
        count = math.ceil((end - programme.at_h) / programme.every_h)
        for turn in range(max(count, 0)):
            at = programme.at_h + programme.every_h * turn
            yield from (hour for hour in (at, at + programme.duration_h) if hour < end)
