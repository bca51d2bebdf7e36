"""What the programme looks up by its name: a base without one of these does not load.

Without this a rule that was renamed would no longer stand in the way of a plan, and nobody would be told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from eutonia.errors import Code, Problem

if TYPE_CHECKING:
    from eutonia.knowledge.schema import Knowledge

__all__ = [
    "CONDITION_TABLES",
    "PUMP_BY_TEXT",
    "PUMP_FOR_ALL",
    "REFERENCE_MODEL",
    "RELIED_ON",
    "REMOVAL_MODEL",
    "SPINAL_MODEL",
    "find_missing",
]

REFERENCE_MODEL = "oral.reference2026"
SPINAL_MODEL = "intrathecal.reference2026"
REMOVAL_MODEL = "removal.reference2026"

_TABLES = ("monitoring", "partner-checks", "partners-without-steps", "plan-rules", "switch-ladders")

#: By the kind of item and where the base keeps it.
RELIED_ON: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        # Rules that stand in the way of a plan, or that a plan or a printed sentence names.
        ("rule", "rules"): ("ALT-01", "ALT-01c", "ALT-03", "OD-19", "TAP-01", "TAP-08"),
        ("statement", "notes"): ("AE-18", "PUMP-01", "PUMP-02", "PUMP-03"),
        ("disagreement", "conflicts.yaml"): ("CON-61", "CON-62", "CON-63", "CON-64"),
        ("table", "tables"): _TABLES,
        ("model", "models"): (REFERENCE_MODEL, REMOVAL_MODEL, SPINAL_MODEL),
    }
)

#: Tables whose column “when” holds a condition; elsewhere such a column is prose.
CONDITION_TABLES = ("monitoring", "partner-checks", "switch-ladders")

#: Numbers for pumps that hold whichever text is followed, for everybody.
PUMP_FOR_ALL = (
    "alarm.after_withdrawal",
    "alarm.maker",
    "battery.warning",
    "candidacy.after_brain_injury",
    "candidacy.age.least",
    "flex.changes.most",
    "magnet.second_look",
    "overdose.drain.least",
    "overdose.drain.most",
    "physostigmine.adult",
    "physostigmine.adult.minute",
    "physostigmine.child",
    "physostigmine.child.largest_total",
    "physostigmine.child.minute",
    "population.child.below",
    "refill.lead",
    "refill.stability",
    "refill.stability.clonidine",
    "refill.stability.strength",
    "replacement.book_ahead",
    "response.mean_fall",
    "response.points_fall",
    "second_look.ratio",
    "start.watch",
)

#: Numbers for pumps that at least one text has to give.
PUMP_BY_TEXT = (
    "stop.fall.most",
    "stop.in_hospital.fall.least",
    "stop.in_hospital.fall.most",
    "stop.in_hospital.interval",
    "stop.interval",
)


def find_missing(knowledge: Knowledge) -> Iterator[Problem]:
    """A problem for everything that plans look up by its name and that is not in this base.

    A base without any of their tables is a piece of one, from which no plan is made; nothing is asked of it.
    """
    if not any(name in knowledge.tables for name in _TABLES):
        return
    there: Mapping[str, Collection[str]] = {
        "rule": {rule.id for rule in knowledge.rules},
        "statement": knowledge.notes,
        "disagreement": knowledge.conflicts,
        "table": knowledge.tables,
        "model": knowledge.models,
    }
    for (kind, path), names in RELIED_ON.items():
        yield from _missing(kind, path, names, there[kind])
    plain = {n.name for n in knowledge.pump if not n.labels and not n.populations}
    yield from _missing("number for every pump", "pump.yaml", PUMP_FOR_ALL, plain)
    yield from _missing("number for a pump", "pump.yaml", PUMP_BY_TEXT, {n.name for n in knowledge.pump})


def _missing(kind: str, path: str, names: tuple[str, ...], there: Collection[str]) -> Iterator[Problem]:
    absent = [name for name in names if name not in there]
    if absent:
        why = f"There is no {kind} “{'”, “'.join(absent)}”; a plan looks it up by this name."
        step = "Keep the name, or change the programme with it."
        yield Problem(Code.MISSING_VALUE, why, path=path, next_step=step)
