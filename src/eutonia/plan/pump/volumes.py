"""What the record says against a plan of refills: volumes that cannot be, a large difference, signs, weak kidneys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from eutonia.errors import Code, InputRefused, Problem
from eutonia.plan.pump.audit import VolumeTrend, audit_visits
from eutonia.plan.pump.exact import show_amount
from eutonia.plan.pump.from_record import Lacking, OnRecord, lacking
from eutonia.plan.pump.outcome import PumpRefusal, Why
from eutonia.record import PumpAsk
from eutonia.show import show_date, show_quantity
from eutonia.units import Quantity

__all__ = ["audit_on_record", "before_refill", "refuse_dry", "signs_on_record"]

#: Signs of withdrawal or of too much that a record may name; the question need not be asked again.
_SIGNS = (
    *("has_itch", "has_paraesthesia", "has_worse_spasticity", "has_rigidity", "has_fever", "has_seizure"),
    *("has_hallucination", "has_confusion", "has_agitation", "has_dystonia_sign"),
    *("has_somnolence", "has_hypotonia", "has_coma", "has_apnoea"),
)


def audit_on_record(at: OnRecord) -> VolumeTrend:
    """The audit of every visit whose three volumes stand in the record; a visit without one of them is named.

    Raises Lacking where no visit is whole, and InputRefused for volumes that cannot be.
    """
    implant, lists = at.read_implant(), at.lists
    found = {o.on.on: o.value for o in lists.series("measured residual volume")}
    expected = {o.on.on: o.value for o in lists.series("expected residual volume")}
    filled = {o.on.on: o.value for o in lists.series("volume at the last refill")}
    visits: list[tuple[date, Quantity, Quantity, Quantity]] = []
    left_out: list[date] = []
    for day in sorted(found | expected):
        before = max((on for on in filled if on < day), default=None)
        if day in found and day in expected and before is not None:
            volumes = _volume(filled[before]), _volume(expected[day]), _volume(found[day])
            _check_possible(at, day, *volumes)
            visits.append((day, *volumes))
        else:
            left_out.append(day)
    if not visits:
        what = "what was filled in, what the programmer expected and what was found at one later visit"
        step = "Enter the three volumes, each with its day, among the observations."
        raise lacking(what, "measured residual volume", step)
    plan = audit_visits(at.knowledge, implant, visits)
    said = tuple(
        f"Not checked: the visit of {show_date(day)}; one of the three volumes is not recorded."
        for day in left_out
    )
    looks = (*_look_again(at, visits[-1]), *plan.second_look)
    return replace(plan, second_look=looks, not_checked=(*said, *plan.not_checked))


def _volume(value: Quantity | str) -> Quantity:
    assert isinstance(value, Quantity), "intake reads volumes as quantities"
    return value


def _check_possible(at: OnRecord, day: date, *volumes: Quantity) -> None:
    """Refuse volumes that cannot be, at their place among the observations. The first is what was filled in before."""
    filled, *left = (volume.number("mL") for volume in volumes)
    names = ("expected residual volume", "measured residual volume")
    problems = []
    for place, seen in enumerate(at.scenario.record.observations):
        term = at.lists.index.by_name("observation", seen.what)
        for name, volume, value in zip(names, left, volumes[1:], strict=True):
            if term is not None and term.id == name and seen.on.on == day and volume > filled:
                problems.append(
                    Problem(
                        Code.CONFLICTING_VALUES,
                        path=f"record.observations[{place}].value",
                        given=show_quantity(value),
                        why=f"More than the {show_amount(Fraction(str(filled)))} mL that were filled in before.",
                        next_step="Look whether two volumes were exchanged, or a refill in between is not recorded.",
                    )
                )
    if problems:
        raise InputRefused(problems)


def _look_again(at: OnRecord, visit: tuple[date, Quantity, Quantity, Quantity]) -> tuple[str, ...]:
    """What a last visit far off the expected volume means, whatever error the pump may have."""
    _, _, expected, found = visit
    most = at.knowledge.recognition.numbers.get("residual_alert")
    gap = found.number("mL") - expected.number("mL")
    if most is None or abs(gap) < most.value:
        return ()
    if gap > 0:
        return (
            "Second look: much more is left than expected, so less arrived. With signs of withdrawal this is an "
            "emergency; have the pump interrogated and the catheter looked at before the dose is changed.",
        )
    return (
        "Second look: much less is left than expected. More was delivered, it leaks, or a refill went beside the "
        "reservoir: watch waking and breathing, look at the pocket, and call the pump team now.",
    )


def signs_on_record(at: OnRecord) -> bool:
    """Whether the record names a sign of withdrawal or of too much."""
    return any(at.sheet.is_true(name) for name in _SIGNS)


def before_refill(at: OnRecord, *, seen: bool) -> tuple[str, ...]:
    """What is said before the plan of a missed refill: signs against the answer given, kidneys before tablets."""
    said = []
    if seen and at.wanted.has_signs is False:
        said.append(
            "Second look: the question says that there are no signs, and the record names some; they count."
        )
    weak = at.knowledge.recognition.numbers.get("weak_kidneys")
    rate = at.sheet.number("egfr")
    ill = any(at.sheet.is_true(name) for name in ("is_on_dialysis", "has_acute_kidney_injury"))
    if ill or rate is None or (weak is not None and rate < weak.value):
        known = "are weak" if ill or rate is not None else "are not known"
        said.append(
            f"Second look: the kidneys {known}. Doses by mouth named in this plan are not for them; creatinine comes "
            "first, and the way back into the spinal fluid does not wait for it."
        )
    return tuple(said)


def refuse_dry(at: OnRecord) -> None:
    """Raise Lacking where the last refill must have run out before today: nothing is changed at a dry pump.

    The volume is what the programmer counts down. A volume found since leaves it open, and so does a programme that
    is younger than the refill.
    """
    last = at.lists.newest("volume at the last refill")
    if last is None or not isinstance(last.value, Quantity):
        return
    if any(found.on.on > last.on.on for found in at.lists.series("measured residual volume")):
        return
    try:
        daily, strength, began = at.programme().daily, at.concentration(), at.present().from_
    except Lacking:
        return
    if began.start() > last.on.start():
        return
    held = Fraction(last.value.to("mL").value) * Fraction(strength.to("microgram/mL").value)
    dry = last.on.start() + timedelta(days=float(held / daily))
    if dry >= at.now:
        return
    raise Lacking(
        PumpRefusal(
            Why.DEVICE,
            f"By the volume of the last refill the reservoir ran dry on {show_date(dry.date())}, and nothing "
            "has arrived since.",
            f"Look for signs of withdrawal, call the pump team now, and ask for “{PumpAsk.MISSED.value}”; "
            "enter the refill where there was one since.",
        )
    )
