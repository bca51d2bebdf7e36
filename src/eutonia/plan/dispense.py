"""Single doses made exactly from what is in stock, and days made of such doses.

A dose that cannot be made is never rounded: its two neighbours are offered instead. Half tablets only where
the product is known to be scored. Everything is exact (fractions), so 5 + 5 + 10 is 20 and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement

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

        None when there is no such day.
        """
        if daily_mg <= 0 or count <= 0:
            return None
        found = _split(tuple(self.doses), daily_mg, count)
        return None if found is None else tuple(self.doses[mg] for mg in found)

    def best_day(self, daily_mg: Fraction, counts: Sequence[int]) -> tuple[MadeDose, ...] | None:
        """The day made with the first of ``counts`` doses a day that can make it exactly."""
        return next((day for n in counts if (day := self.day(daily_mg, n)) is not None), None)

    def days_up_to(
        self, limit_mg: Fraction, counts: Callable[[Fraction], Sequence[int]]
    ) -> tuple[Fraction, ...]:
        """All daily doses up to ``limit_mg`` that can be made with the doses a day ``counts`` allows them."""
        step = self._grain()
        if step is None:
            return ()
        totals = (step * k for k in range(1, int(limit_mg / step) + 1))
        return tuple(t for t in totals if self.best_day(t, counts(t)) is not None)

    def _grain(self) -> Fraction | None:
        """The smallest difference between two makeable doses."""
        sizes = sorted(self.doses)
        gaps = [b - a for a, b in zip([Fraction(0), *sizes], sizes, strict=False)]
        return min(gaps, default=None)


def _rank(dose: MadeDose) -> tuple[int, Fraction, int]:
    """Whole tablets before halves (halves are where orders go wrong), then fewest pieces, fewest products."""
    halves = sum(1 for p in dose.pieces if p.item.is_counted and p.units % 1)
    return halves, dose.count, len(dose.pieces)


def _amounts(chosen: Sequence[StockItem], largest: Fraction) -> list[tuple[Piece, ...]]:
    """All ways to use each chosen product at least once without passing the largest dose."""
    ways: list[tuple[Piece, ...]] = [()]
    for item in chosen:
        most = largest / item.mg_per_unit
        if item.is_counted:
            most = min(most, Fraction(_MOST_PIECES))
        units = [item.step * k for k in range(1, int(most / item.step) + 1)]
        ways = [(*way, Piece(item, u)) for way in ways for u in units]
    return [way for way in ways if sum(p.mg for p in way) <= largest]


@cache
def _split(sizes: tuple[Fraction, ...], total: Fraction, count: int) -> tuple[Fraction, ...] | None:
    """``count`` of the sizes that add up to ``total`` with the smallest spread, ascending."""
    best: tuple[Fraction, ...] | None = None
    even = total / count
    if even in sizes:
        return (even,) * count
    # The spread is small when all doses lie near the even share: widen the window until a day is found.
    near = sorted(sizes, key=lambda s: (abs(s - even), s))
    for width in range(2, min(len(near), 8) + 1):
        for combination in combinations_with_replacement(sorted(near[:width]), count):
            if sum(combination) == total and (
                best is None or combination[-1] - combination[0] < best[-1] - best[0]
            ):
                best = combination
        if best is not None:
            return best
    return None


def tablet(name: str, strength: Quantity, *, scored: bool, form: Form = Form.TABLET) -> StockItem:
    """A tablet or packet of ``strength``; halves only when it is known to be scored."""
    step = Fraction(1, 2) if scored and form is Form.TABLET else Fraction(1)
    return StockItem(name, form, Fraction(strength.to("mg").value), step, is_counted=True)


def liquid(name: str, concentration: Quantity, smallest_ml: Fraction) -> StockItem:
    """A liquid of ``concentration``, measured to ``smallest_ml``."""
    mg_per_ml = Fraction(concentration.to("mg/mL").value)
    return StockItem(name, Form.LIQUID, mg_per_ml, smallest_ml, is_counted=False)
