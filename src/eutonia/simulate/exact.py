"""The same summaries from the model itself: exact areas, and peaks and crossings to the rounding of the clock.

Between two doses the curve is smooth. Its turning points are where its slope, a linear read-out of the state like the
concentration itself, changes sign; between two of them the curve is monotone and passes a level at most once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.model.individual import FloatArray, Individual, select_subjects
from eutonia.model.oral import compute_propagator
from eutonia.model.published import half_life_h
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.nca import IntervalFigures, SingleDoseFigures
from eutonia.simulate.run import NG_PER_ML
from eutonia.simulate.walk import Walk

__all__ = ["ExactCurve", "solve_exactly"]

# Where the slope is looked at within a piece: dense after a dose, where a curve turns soonest.
_GRID = np.unique(np.concatenate([[0.0], np.geomspace(1e-5, 1.0, 120), np.linspace(0, 1, 80)]))
_HALVINGS = 60


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    start: float
    end: float
    state: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ExactCurve:
    """The curve of one person under a course, from hour 0 to ``end_h``, held as states between events."""

    individual: Individual
    end_h: float
    _rates: FloatArray
    _central: int
    _exposure: int
    _pieces: tuple[_Piece, ...]
    _left_auc: float
    _given_by_mouth: bool
    _is_running: bool

    def at(self, hour: float) -> float:
        """Concentration in ng/mL; at the hour of an injection the one after it. Raises ValueError outside."""
        piece = self._piece(hour)
        return float(self._levels(piece, np.array([hour - piece.start]))[0])

    def area(self, start_h: float, end_h: float) -> float:
        """Exact area between two hours, ng h/mL. Raises ValueError outside the course."""
        first, last = (self._exposure_at(hour) for hour in (start_h, end_h))
        return last - first

    def summarise_interval(self, start_h: float, tau_h: float) -> IntervalFigures:
        """Exact figures of a dosing interval; the trough is the level just before its end. Raises ValueError."""
        runs = self._monotone_runs(start_h, start_h + tau_h)
        hours = [hour for run in runs for hour in run[:2]]
        levels = [level for run in runs for level in run[2:]]
        top, high, low = int(np.argmax(levels)), max(levels), min(levels)
        auc = self.area(start_h, start_h + tau_h)
        if auc <= 0:
            raise ValueError(f"there is no drug from {start_h:g} h to {start_h + tau_h:g} h")
        average = auc / tau_h
        return IntervalFigures(
            start_h=start_h,
            end_h=start_h + tau_h,
            cmax=high,
            tmax_h=hours[top] - start_h,
            cmin=low,
            trough=levels[-1],
            auc=auc,
            average=average,
            fluctuation_percent=100 * (high - low) / average,
            swing_percent=100 * (high - low) / low if low > 0 else None,
        )

    def summarise_to_the_end(self) -> SingleDoseFigures:
        """Exact figures from hour 0 to the end and on to infinity, if nothing more is given.

        The half-life is that of the slowest rate. Raises ValueError when an infusion still runs at the end.
        """
        if self._is_running:
            raise ValueError("an infusion still runs at the end of the course")
        runs = self._monotone_runs(0.0, self.end_h)
        hours = [hour for run in runs for hour in run[:2]]
        levels = [level for run in runs for level in run[2:]]
        top = int(np.argmax(levels))
        auc = self.area(0.0, self.end_h)
        whole = auc + self._left_auc
        return SingleDoseFigures(
            cmax=levels[top],
            tmax_h=hours[top],
            auc=auc,
            auc_inf=whole,
            extrapolated_percent=100 * self._left_auc / whole if whole > 0 else None,
            half_life_h=float(half_life_h(self.individual, by_mouth=self._given_by_mouth)[0]),
            slope=None,
        )

    def time_above(self, limit: float, start_h: float, end_h: float) -> float:
        """Hours with more than ``limit`` ng/mL between two hours. Raises ValueError outside the course."""
        total = 0.0
        for begin, stop, one, other in self._monotone_runs(start_h, end_h):
            if one > limit and other > limit:
                total += stop - begin
            elif (one > limit) != (other > limit):
                crossing = self._find_crossing(begin, stop, limit, falls=one > limit)
                total += crossing - begin if one > limit else stop - crossing
        return total

    def time_below(self, limit: float, start_h: float, end_h: float) -> float:
        """Hours with no more than ``limit`` ng/mL between two hours. Raises ValueError outside the course."""
        return end_h - start_h - self.time_above(limit, start_h, end_h)

    # -- inside ---------------------------------------------------------------------------------------

    def _piece(self, hour: float) -> _Piece:
        if not 0 <= hour <= self.end_h:
            raise ValueError(f"{hour:g} h lies outside the course of {self.end_h:g} h")
        return next(piece for piece in reversed(self._pieces) if piece.start <= hour)

    def _states(self, piece: _Piece, after: FloatArray) -> FloatArray:
        moves = compute_propagator(self._rates * after[:, None, None], 1.0)
        return np.asarray(moves @ piece.state)

    def _levels(self, piece: _Piece, after: FloatArray) -> FloatArray:
        states = self._states(piece, after)
        return np.asarray(states[:, self._central] / self.individual.vc[0] * NG_PER_ML)

    def _slopes(self, piece: _Piece, after: FloatArray) -> FloatArray:
        return np.asarray(self._states(piece, after) @ self._rates[self._central])

    def _exposure_at(self, hour: float) -> float:
        piece = self._piece(hour)
        state = self._states(piece, np.array([hour - piece.start]))[0]
        return float(state[self._exposure] * NG_PER_ML)

    def _monotone_runs(self, start_h: float, end_h: float) -> list[tuple[float, float, float, float]]:
        """Hours and levels at both ends of each stretch in which the curve only rises or only falls."""
        if not 0 <= start_h < end_h <= self.end_h:
            raise ValueError(
                f"{start_h:g} h to {end_h:g} h is not a stretch of the course of {self.end_h:g} h"
            )
        runs = []
        for piece in self._pieces:
            low, high = max(piece.start, start_h), min(piece.end, end_h)
            if high <= low:
                continue
            after = low - piece.start + _GRID * (high - low)
            slopes = self._slopes(piece, after)
            signs = np.sign(slopes)
            for i in np.flatnonzero(signs[1:] == 0) + 1:
                signs[i] = signs[i - 1]  # a turn that falls on the grid is found in the next step
            turns = np.flatnonzero(signs[:-1] * signs[1:] < 0)
            found = [self._find_turn(piece, after[i], after[i + 1], signs[i] > 0) for i in turns]
            marks = np.array([after[0], *found, after[-1]])
            levels = self._levels(piece, marks)
            hours = piece.start + marks
            runs += list(
                zip(
                    hours[:-1].tolist(),
                    hours[1:].tolist(),
                    levels[:-1].tolist(),
                    levels[1:].tolist(),
                    strict=True,
                )
            )
        return runs

    def _find_turn(self, piece: _Piece, low: float, high: float, rises: bool) -> float:
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if middle in (low, high):
                break
            if bool(self._slopes(piece, np.array([middle]))[0] > 0) == rises:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def _find_crossing(self, low: float, high: float, limit: float, *, falls: bool) -> float:
        piece = next(p for p in reversed(self._pieces) if p.start <= low)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if middle in (low, high):
                break
            if bool(self._levels(piece, np.array([middle - piece.start]))[0] > limit) == falls:
                low = middle
            else:
                high = middle
        return (low + high) / 2


def solve_exactly(
    individual: Individual,
    events: DoseEvents,
    end_h: float,
    initial: FloatArray | None = None,
    subject: int = 0,
) -> ExactCurve:
    """The curve of one subject of ``individual`` from hour 0 to ``end_h``.

    initial: amounts at hour 0, (states + 1, n), as in ``simulate``. A dose at ``end_h`` itself is not given. Raises
    ValueError for an end that is not after hour 0 or an ``initial`` of another shape.
    """
    if not (np.isfinite(end_h) and end_h > 0):
        raise ValueError(f"the course must end after 0 h, not at {end_h:g} h")
    one = select_subjects(individual, subject, subject + 1)
    walk = Walk(one)
    held = walk.at.amounts
    if initial is not None:
        if initial.shape != (held + 1, individual.n):
            raise ValueError(f"initial must hold {held + 1} amounts for each of {individual.n} subjects")
        walk.state[:held] = initial[:held, subject]
    ends = events.time_h + events.duration_h
    cuts = np.unique(np.concatenate([[0.0, end_h], events.time_h, ends]))
    cuts = cuts[cuts <= end_h]
    is_oral = np.array([route == "oral" for route in events.route], dtype=bool)
    runs = events.duration_h > 0
    pieces = []
    for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        now = (events.time_h == low) & ~runs
        walk.state[0] += events.amount_mg[now & is_oral].sum()
        walk.state[walk.at.central] += events.amount_mg[now & ~is_oral].sum()
        on = runs & (events.time_h <= low) & (ends > low)
        walk.state[walk.at.infusion] = (events.amount_mg[on] / events.duration_h[on]).sum()
        pieces.append(_Piece(low, high, walk.state.copy()))
        walk.advance(high - low)
    amounts = walk.state[:held]
    absorbed = one.f[0] * amounts[: walk.at.central].sum() + amounts[walk.at.central :].sum()
    return ExactCurve(
        individual=one,
        end_h=end_h,
        _rates=walk.rates,
        _central=walk.at.central,
        _exposure=walk.at.exposure,
        _pieces=tuple(pieces),
        _left_auc=float(absorbed / one.cl[0] * NG_PER_ML),
        _given_by_mouth=bool(is_oral.any()) or initial is not None,
        _is_running=bool((runs & (events.time_h < end_h) & (ends > end_h)).any()),
    )
