"""The four times of a day at which a plan gives doses: the one list of their names."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["PARTS", "PartOfDay"]


class PartOfDay(StrEnum):
    """The four times of the universal medication schedule, in the order of the day."""

    MORNING = "morning"
    MIDDAY = "midday"
    EVENING = "evening"
    BEDTIME = "bedtime"


#: When the doses are taken, by how many there are a day.
PARTS: dict[int, tuple[PartOfDay, ...]] = {
    1: (PartOfDay.MORNING,),
    2: (PartOfDay.MORNING, PartOfDay.EVENING),
    3: (PartOfDay.MORNING, PartOfDay.MIDDAY, PartOfDay.EVENING),
    4: tuple(PartOfDay),
}
