"""Single doses made exactly from what is in stock, and days made of such doses.

A dose that cannot be made is never rounded: its two neighbours are offered instead. Half tablets only where
the product is known to be scored. Everything is exact (fractions), so 5 + 5 + 10 is 20 and nothing else. The search
tries everything that could be better, so what it finds is optimal; a general solver for integer programs agrees with
it (tests/oracle/test_dispense_scipy_milp.py) and is not needed to answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import combinations, combinations_with_replacement
from math import ceil, gcd, lcm

from eutonia.record import Form
from eutonia.units import Quantity

_MOST_PIECES = 4  # tablets in one dose; more is a different strength's job


@dataclass(frozen=True, slots=True)
class StockItem:
    """One product on the shelf. mg_per_unit: of a tablet or packet, or of 1 mL; step: smallest part used."""

    name: str
    form: Form
    mg_per_unit: Fraction
    step: Fraction  # of a unit: 1, 1/2 for a scored tablet, or the smallest volume measured
    is_counted: bool  # tablets and packets are counted, liquids measured


@dataclass(frozen=True, slots=True)
class Piece:
    """So many units of one product."""

    item: StockItem
    units: Fraction

    @property
    def mg(self) -> Fraction:
        return self.units * self.item.mg_per_unit

    def words(self) -> str:
        """For people: “1 and a half tablets of 10 mg”, “2.5 mL of 1 mg per mL”."""
        if not self.item.is_counted:
            return f"{_decimal(self.units)} mL of {self.item.name}"
        noun = "tablet" if self.item.form is Form.TABLET else "packet"
        whole, half = divmod(self.units, 1)
        if half and not whole:
            return f"half a {noun} of {self.item.name}"
        count = f"{whole} and a half" if half else f"{whole}"
        plural = noun if self.units == 1 else f"{noun}s"
        return f"{count} {plural} of {self.item.name}"


@dataclass(frozen=True, slots=True)
class MadeDose:
    """A single dose and how it is put together."""

    mg: Fraction
    pieces: tuple[Piece, ...]

    def words(self) -> str:
        return " and ".join(piece.words() for piece in self.pieces)

    @property
    def count(self) -> Fraction:
        return sum((p.units for p in self.pieces if p.item.is_counted), Fraction(0))


def _decimal(value: Fraction) -> str:
    return f"{float(value):.10f}".rstrip("0").rstrip(".")


class Shelf:
    """What can be made from a set of products, up to a largest single dose."""

    def __init__(self, items: Sequence[StockItem], largest_mg: Fraction) -> None:
        self.items = tuple(sorted(items, key=lambda i: (-i.mg_per_unit, i.name)))
        self.largest_mg = largest_mg
        self.doses = self._all_doses()
        self._grain = _common(tuple(self.doses)) if self.doses else Fraction(1)
        self._units = tuple(int(mg / self._grain) for mg in self.doses)
        self._days: dict[tuple[int, int], tuple[MadeDose, ...] | None] = {}

    def _all_doses(self) -> dict[Fraction, MadeDose]:
        """Every makeable dose with its best composition (see _rank)."""
        best: dict[Fraction, MadeDose] = {}
        for size in (1, 2):
            for chosen in combinations_with_replacement(self.items, size):
                if size == 2 and (chosen[0] == chosen[1] or not all(i.is_counted for i in chosen)):
                    continue
                for pieces in _amounts(chosen, self.largest_mg):
                    dose = MadeDose(sum((p.mg for p in pieces), Fraction(0)), pieces)
                    known = best.get(dose.mg)
                    if known is None or _rank(dose) < _rank(known):
                        best[dose.mg] = dose
        return dict(sorted(best.items()))

    def neighbours(self, mg: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """The nearest makeable single doses below and above."""
        below = max((d for d in self.doses if d < mg), default=None)
        above = min((d for d in self.doses if d > mg), default=None)
        return below, above

    def day(self, daily_mg: Fraction, count: int) -> tuple[MadeDose, ...] | None:
        """``count`` makeable doses that add up to exactly ``daily_mg``, as equal as can be, largest last.

        Of several such days the one that is made most simply (``rank_day``). None when there is no such day.
        """
        units = daily_mg / self._grain
        if daily_mg <= 0 or count <= 0 or units.denominator != 1:
            return None
        key = (int(units), count)
        if key not in self._days:
            splits = _splits(self._units, int(units), count)
            days = [tuple(self.doses[self._grain * unit] for unit in split) for split in splits]
            self._days[key] = min(days, key=rank_day, default=None)
        return self._days[key]

    def best_day(self, daily_mg: Fraction, counts: Sequence[int]) -> tuple[MadeDose, ...] | None:
        """The day made with the first of ``counts`` doses a day that can make it exactly."""
        return next((day for n in counts if (day := self.day(daily_mg, n)) is not None), None)

    def days_up_to(
        self, limit_mg: Fraction, counts: Callable[[Fraction], Sequence[int]]
    ) -> tuple[Fraction, ...]:
        """All daily doses up to ``limit_mg`` that can be made with the doses a day ``counts`` allows them."""
        if not self.doses:
            return ()
        totals = (self._grain * k for k in range(1, int(limit_mg / self._grain) + 1))
        return tuple(t for t in totals if self.best_day(t, counts(t)) is not None)

    def smallest_day(
        self, limit_mg: Fraction, below_mg: Fraction, counts: Callable[[Fraction], Sequence[int]]
    ) -> tuple[Fraction, tuple[MadeDose, ...]] | None:
        """The smallest day below ``below_mg`` and not below ``limit_mg``, with its doses; None without one."""
        if not self.doses:
            return None
        for k in range(max(ceil(limit_mg / self._grain), 1), ceil(below_mg / self._grain)):
            total = self._grain * k
            made = self.best_day(total, counts(total))
            if made is not None:
                return total, made
        return None

    def nearest_days(
        self, mg: Fraction, counts: Callable[[Fraction], Sequence[int]], largest_mg: Fraction
    ) -> tuple[Fraction | None, Fraction | None]:
        """The nearest days that can be made: at most ``mg``, and more than that up to ``largest_mg``."""
        below = self.largest_day(mg, Fraction(0), counts)
        above = self.smallest_day(mg + self._grain / 2, largest_mg + self._grain / 2, counts)
        return (below[0] if below else None), (above[0] if above else None)

    def largest_day(
        self, limit_mg: Fraction, above_mg: Fraction, counts: Callable[[Fraction], Sequence[int]]
    ) -> tuple[Fraction, tuple[MadeDose, ...]] | None:
        """The largest day above ``above_mg`` and not above ``limit_mg``, with its doses; None without one."""
        for k in range(int(limit_mg / self._grain), int(above_mg / self._grain), -1):
            total = self._grain * k
            made = self.best_day(total, counts(total))
            if made is not None and total > above_mg:
                return total, made
        return None


def _rank(dose: MadeDose) -> tuple[bool, int, Fraction, int]:
    """Nothing measured for a dose that can be counted; whole tablets before halves (halves are where orders go
    wrong), then fewest pieces, fewest products."""
    is_measured = any(not p.item.is_counted for p in dose.pieces)
    halves = sum(1 for p in dose.pieces if p.item.is_counted and p.units % 1)
    return is_measured, halves, dose.count, len(dose.pieces)


def _amounts(chosen: Sequence[StockItem], largest: Fraction) -> list[tuple[Piece, ...]]:
    """All ways to use each chosen product at least once without passing the largest dose."""
    ways: list[tuple[Piece, ...]] = [()]
    for item in chosen:
        most = largest / item.mg_per_unit
        if item.is_counted:
            most = min(most, Fraction(_MOST_PIECES))
        units = [item.step * k for k in range(1, int(most / item.step) + 1)]
        ways = [(*way, Piece(item, u)) for way in ways for u in units]
    counted = [item.is_counted for item in chosen]
    return [
        way
        for way in ways
        if sum(p.mg for p in way) <= largest
        and sum(p.units for p, c in zip(way, counted, strict=True) if c) <= _MOST_PIECES
    ]


def rank_day(day: Sequence[MadeDose]) -> tuple[int, int, Fraction, int]:
    """How simply a day is made: fewest measured doses, then fewest halves, pieces and products."""
    ranks = [_rank(dose) for dose in day]
    products = {piece.item for dose in day for piece in dose.pieces}
    return (
        sum(r[0] for r in ranks),
        sum(r[1] for r in ranks),
        sum((r[2] for r in ranks), Fraction(0)),
        len(products),
    )


def _splits(units: Sequence[int], wanted: int, count: int) -> list[tuple[int, ...]]:
    """All ways of ``count`` of the units (ascending) that add up to ``wanted`` with the smallest spread, ascending.

    Every pair of smallest and largest dose is tried in the order of their distance, hence nothing that can be
    made is missed.
    """
    if count == 1:
        return [(wanted,)] if wanted in units else []
    low = [u for u in reversed(units) if u * count <= wanted]
    high = [u for u in units if u * count >= wanted]
    # A queue instead of all pairs at once: with a liquid the nearest pair is nearly always the answer.
    queue = [(high[0] - low[0], 0, 0)] if low and high else []
    found: list[tuple[int, ...]] = []
    nearest = None
    while queue:
        distance, i, j = heappop(queue)
        if nearest is not None and distance > nearest:
            break
        for middle in _fill(units, wanted - low[i] - high[j], count - 2, low[i], high[j]):
            nearest = distance
            found.append((low[i], *middle, high[j]))
        if j + 1 < len(high):
            heappush(queue, (high[j + 1] - low[i], i, j + 1))
        if j == 0 and i + 1 < len(low):
            heappush(queue, (high[0] - low[i + 1], i + 1, 0))
    return found


def _fill(units: Sequence[int], rest: int, count: int, low: int, high: int) -> Iterator[tuple[int, ...]]:
    """Every way of ``count`` of the units between ``low`` and ``high`` that adds up to ``rest``, ascending."""
    if count == 0:
        if rest == 0:
            yield ()
        return
    if not low * count <= rest <= high * count:
        return
    for unit in units[bisect_left(units, low) :]:
        if unit * count > rest:
            break
        if unit <= high:
            for others in _fill(units, rest - unit, count - 1, unit, high):
                yield (unit, *others)


def _common(values: Sequence[Fraction]) -> Fraction:
    """The greatest common divisor of exact amounts."""
    return Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))


def fewest_strengths(
    shelf: Shelf, levels: Sequence[Fraction], counts: Callable[[Fraction], Sequence[int]]
) -> Shelf:
    """The shelf with the fewest products that still makes every one of the daily doses exactly.

    Of several the one whose days come closest to the preferred number of doses, are most even and are made most
    simply. All sets of products are tried, the small ones first; ``shelf`` itself makes every level.
    """
    for size in range(1, len(shelf.items)):
        able: list[tuple[tuple[int, Fraction, tuple[Fraction, ...]], Shelf]] = []
        for chosen in combinations(shelf.items, size):
            small = Shelf(chosen, shelf.largest_mg)
            days = [small.best_day(level, counts(level)) for level in levels] if small.doses else [None]
            made = [day for day in days if day is not None]
            if len(made) == len(days):
                able.append((_rank_days(made, levels, counts), small))
        if able:
            return min(able, key=lambda pair: pair[0])[1]
    return shelf


def _rank_days(
    days: Sequence[tuple[MadeDose, ...]],
    levels: Sequence[Fraction],
    counts: Callable[[Fraction], Sequence[int]],
) -> tuple[int, Fraction, tuple[Fraction, ...]]:
    """How a phase is made: away from the preferred number of doses, unevenness, and how simply."""
    away = sum(tuple(counts(mg)).index(len(day)) for mg, day in zip(levels, days, strict=True))
    spread = sum((day[-1].mg - day[0].mg for day in days), Fraction(0))
    simply = tuple(
        sum((Fraction(n) for n in column), Fraction(0)) for column in zip(*map(rank_day, days), strict=True)
    )
    return away, spread, simply


def tablet(name: str, strength: Quantity, *, scored: bool, form: Form = Form.TABLET) -> StockItem:
    """A tablet or packet of ``strength``; halves only when it is known to be scored."""
    step = Fraction(1, 2) if scored and form is Form.TABLET else Fraction(1)
    return StockItem(name, form, Fraction(strength.to("mg").value), step, is_counted=True)


def liquid(name: str, concentration: Quantity, smallest_ml: Fraction) -> StockItem:
    """A liquid of ``concentration``, measured to ``smallest_ml``."""
    mg_per_ml = Fraction(concentration.to("mg/mL").value)
    return StockItem(name, Form.LIQUID, mg_per_ml, smallest_ml, is_counted=False)
