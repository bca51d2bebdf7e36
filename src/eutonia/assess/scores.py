"""Facts about benefit: scores before treatment against scores now, each scale only with itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.record import Observation
from eutonia.units import Quantity

__all__ = ["ASHWORTH", "ashworth_number", "set_score_facts"]

#: The modified Ashworth grades as numbers for means; 1+ lies half-way. Sources also turn it into 2.
ASHWORTH = {"0": 0.0, "1": 1.0, "1+": 1.5, "2": 2.0, "3": 3.0, "4": 4.0}
_STILL_NOW = timedelta(days=90)  # a score older than this is not "now"
_BEFORE = timedelta(days=180)  # a score older than this at the start was not "before treatment"
_ARM = ("arm", "elbow", "wrist", "hand", "finger", "thumb", "shoulder", "biceps", "forearm", "upper limb")
_LEG = ("leg", "knee", "ankle", "hip", "foot", "calf", "thigh", "hamstring", "quadriceps", "adductor")
_LEG_TOO = ("lower limb", "gastrocnemius", "soleus")


def ashworth_number(grade: str) -> float:
    """A modified Ashworth grade as a number. Raises KeyError for what is no grade."""
    return ASHWORTH[grade]


def set_score_facts(sheet: FactSheet, lists: Lists) -> None:
    """Set the mean fall of tone in arms and legs, of the spasm frequency, and the change of dystonia."""
    days = sheet.number("days_on_baclofen")
    start = lists.now - timedelta(days=days) if days else None
    tone = lists.series("modified ashworth")
    sites = {o.site for o in tone if o.site is not None}
    for fact, words in (
        ("modified_ashworth_fall_arm", _ARM),
        ("modified_ashworth_fall_leg", (*_LEG, *_LEG_TOO)),
    ):
        falls = [
            _fall([o for o in tone if o.site == site], start, lists.now) for site in sites if _is(site, words)
        ]
        known = [f for f in falls if f is not None]
        mean = sum(known) / len(known) if known else None
        how = (
            f"mean of {len(known)} sites scored before and now" if known else "no site scored before and now"
        )
        sheet.set(fact, mean, how)
    dystonia = _pair(list(lists.series("burke-fahn-marsden movement")), start, lists.now)
    better = None
    if dystonia is not None:
        first, last = (o.value.number("point") for o in dystonia if isinstance(o.value, Quantity))
        better = 100 * (first - last) / first if first > 0 else None
    sheet.set("dystonia_score_improvement", better, "last score before the start against the score now")
    spasms = _fall(list(lists.series("penn spasm frequency")), start, lists.now)
    sheet.set("spasm_frequency_fall", spasms, "last grade before the start less the grade now")


def _is(site: str, words: tuple[str, ...]) -> bool:
    return any(word in site.lower() for word in words)


def _fall(scores: list[Observation], start: datetime | None, now: datetime) -> float | None:
    """How far the newest grade lies under the last one before treatment; None without both."""
    pair = _pair(scores, start, now)
    if pair is None:
        return None
    first, last = (ashworth_number(o.value) for o in pair if isinstance(o.value, str))
    return first - last


def _pair(
    scores: list[Observation], start: datetime | None, now: datetime
) -> tuple[Observation, Observation] | None:
    """The last score before treatment and the newest one on it; None without both."""
    if start is None:
        return None
    before = [o for o in scores if start - _BEFORE <= o.on.start() <= start]
    after = [o for o in scores if o.on.start() > start and now - o.on.start() <= _STILL_NOW]
    return (before[-1], after[-1]) if before and after else None
