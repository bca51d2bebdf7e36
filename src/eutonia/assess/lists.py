"""Facts read from the record's lists: problems, medicines, signs and measurements.

An entry that is not listed counts as absent only when the list was reviewed; signs and events only when the
review is recent enough to speak for today.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import FactDefinition, Knowledge, Term
from eutonia.knowledge.terms import index_of
from eutonia.record import Diagnosis, EventKind, Medicine, Observation, Record, Scenario, Sign, Status
from eutonia.show import show_moment
from eutonia.simulate.therapy import end_of
from eutonia.units import Quantity

DEPRESSANT = "central depressant"


def instant_of(scenario: Scenario) -> datetime:
    """The instant of the question: its hour; where only the day is known, the last hour the record tells of
    that day, because what is recorded has happened before anybody asks."""
    start, record = scenario.as_of.start(), scenario.record
    if scenario.as_of.at is not None:
        return start
    told = [x.on for x in record.observations]
    told += [x.onset for x in record.signs if x.onset]
    # An operation may still lie ahead, so its hour says nothing about when the question was asked.
    happened = [e for e in record.events if e.what is not EventKind.SURGERY]
    told += [m for e in happened for m in (e.from_, e.to) if m]
    told += [x.from_ for x in record.oral_therapy if x.from_]
    told += [x.from_ for x in record.pump_therapy]
    told += [x.from_ for x in record.medicines if x.from_]
    return max([start, *(m.start() for m in told if m.on == scenario.as_of.on)])


class Lists:
    """The record's lists with every entry recognised as a term where it can be."""

    def __init__(self, scenario: Scenario, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.index = index_of(knowledge)
        self.record: Record = scenario.record
        self.now: datetime = instant_of(scenario)
        self.today: date = scenario.as_of.on
        indication = (self.record.indication,) if self.record.indication else ()
        self.problems = [(d, self._diagnosis(d)) for d in (*self.record.problems, *indication)]
        self.medicines = [(m, self._medicine(m)) for m in self.record.medicines if self._is_taken(m)]

    def _diagnosis(self, diagnosis: Diagnosis) -> frozenset[str]:
        return self._with_broader(self.index.recognise("problem", diagnosis.what, diagnosis.code))

    def _medicine(self, medicine: Medicine) -> frozenset[str]:
        return self._with_broader(self.index.recognise("medicine", medicine.what, medicine.code))

    def _with_broader(self, term: Term | None) -> frozenset[str]:
        if term is None:
            return frozenset()
        return frozenset({term.id, *self.index.broader(term)})

    def _is_taken(self, medicine: Medicine) -> bool:
        end = end_of(medicine.to)
        return end is None or end > self.now

    def indication(self) -> str | None:
        """The glossary's word for what baclofen is for; "other" when it is named but not on the list."""
        diagnosis = self.record.indication
        if diagnosis is None:
            return None
        term = self.index.recognise("problem", diagnosis.what, diagnosis.code)
        values = self.knowledge.facts["indication"].values
        if term is None:
            return "other"
        for name in (term.id, *self.index.broader(term)):
            if name in values:
                return name
        return "other"

    def has_problem(self, terms: Iterable[str], status: str) -> bool | None:
        """Whether one of the terms is on the problem list with this status (active, past or ever)."""
        wanted = set(terms)
        # That one kind of a disease is absent does not make the whole class absent.
        found = [
            d.status
            for d, names in self.problems
            if names & wanted and (d.status is not Status.ABSENT or self._is_exactly(d, wanted))
        ]
        matching = {
            "active": {Status.ACTIVE},
            "past": {Status.PAST},
            "ever": {Status.ACTIVE, Status.PAST},
        }[status]
        if any(s in matching for s in found):
            return True
        if found or self._is_fresh(self.record.reviewed.problems, "review.problems.max_age"):
            return False
        return None

    def _is_exactly(self, diagnosis: Diagnosis, wanted: set[str]) -> bool:
        term = self.index.recognise("problem", diagnosis.what, diagnosis.code)
        return term is not None and term.id in wanted

    def _is_fresh(self, reviewed: date | None, limit_name: str) -> bool:
        """Whether a list was reviewed, and not so long ago that it no longer speaks for today."""
        if reviewed is None:
            return False
        ages = [x.value for x in self.knowledge.limits if x.name == limit_name]
        return all(
            isinstance(age, Quantity) and self.today - reviewed <= timedelta(hours=age.number("h"))
            for age in ages
        )

    def has_reconciled_medicines(self) -> bool:
        """Whether the medicines were reconciled lately enough for an unlisted one to count as not taken."""
        return self._is_fresh(self.record.reviewed.medicines, "review.medicines.max_age")

    def takes(self, terms: Iterable[str]) -> bool | None:
        """Whether a medicine of one of the classes is taken now."""
        wanted = set(terms)
        if any(names & wanted for _, names in self.medicines):
            return True
        return False if self.has_reconciled_medicines() else None

    def depressant_classes(self) -> tuple[str, ...]:
        """The classes of other central depressants taken, each once."""
        classes = {
            term.id
            for term in self.knowledge.terms.values()
            if term.kind == "medicine" and DEPRESSANT in term.member_of
        }
        return tuple(sorted({name for _, names in self.medicines for name in names & classes}))

    def has_sign(self, terms: Iterable[str], recent: timedelta) -> bool | None:
        wanted = set(terms)
        found: list[Sign] = []
        for sign in self.record.signs:
            term = self.index.by_name("sign", sign.what)
            if term is not None and term.id in wanted:
                found.append(sign)
        if any(sign.present for sign in found):
            return True
        reviewed = self.record.reviewed.signs
        was_asked = reviewed is not None and self.today - reviewed <= recent
        return False if found or was_asked else None

    def newest(self, term: str, within: timedelta | None = None) -> Observation | None:
        """The newest measurement of a term, not older than ``within``; the later entry wins a tie."""
        newest: Observation | None = None
        for observation in self.series(term):
            if within is not None and self.now - observation.on.start() > within:
                continue
            if newest is None or observation.on.start() >= newest.on.start():
                newest = observation
        return newest

    def series(self, term: str) -> tuple[Observation, ...]:
        """All measurements of a term, oldest first."""
        found = []
        for observation in self.record.observations:
            known = self.index.by_name("observation", observation.what)
            if known is not None and known.id == term:
                found.append(observation)
        return tuple(sorted(found, key=lambda o: o.on.start()))


def set_list_facts(sheet: FactSheet, lists: Lists, recent: timedelta) -> None:
    """Set every glossary fact that is read straight from a list."""
    for fact in lists.knowledge.facts.values():
        if fact.origin == "problem":
            value = lists.has_problem(fact.of, fact.status or "active")
            sheet.set(fact.name, value, _how(value, "problem list"))
        elif fact.origin == "medicine":
            value = lists.takes(fact.of)
            sheet.set(fact.name, value, _how(value, "list of medicines"))
        elif fact.origin == "sign":
            value = lists.has_sign(fact.of, recent)
            sheet.set(fact.name, value, _how(value, "signs"))
        elif fact.origin == "observation":
            _set_observation(sheet, lists, fact)
    _set_depressants(sheet, lists)


def _how(value: bool | None, where: str) -> str:
    if value is None:
        return f"not in the {where}, and it was not reviewed lately"
    return f"in the {where}" if value else f"not in the reviewed {where}, or listed as absent"


def _set_observation(sheet: FactSheet, lists: Lists, fact: FactDefinition) -> None:
    within = timedelta(days=fact.within_days) if fact.within_days is not None else None
    observation = lists.newest(fact.of[0], within)
    if observation is None or not isinstance(observation.value, Quantity):
        span = f" in the last {fact.within_days} days" if fact.within_days else ""
        sheet.set(fact.name, None, f"not measured{span}")
        return
    value = observation.value.number(fact.unit)
    sheet.set(fact.name, value, f"measured on {show_moment(observation.on)}")


def _set_depressants(sheet: FactSheet, lists: Lists) -> None:
    classes = lists.depressant_classes()
    is_complete = lists.has_reconciled_medicines()
    how = ", ".join(classes) if classes else "none listed"
    for name, least in (("takes_two_depressants", 2), ("takes_three_depressants", 3)):
        value = True if len(classes) >= least else False if is_complete else None
        sheet.set(name, value, how if is_complete else f"{how}; the list was not reviewed lately")
    opioids = [m.morphine_equivalent for m, names in lists.medicines if "opioid" in names]
    known = [q.number("mg/day") for q in opioids if q is not None]
    if sheet.get("takes_opioid") is False:
        sheet.set("opioid_morphine_equivalent", 0.0, "no opioid")
    elif known and len(known) == len(opioids):
        sheet.set("opioid_morphine_equivalent", sum(known), "sum of the opioids listed")
    else:
        how = "an opioid without its morphine equivalent" if opioids else "the list was not reviewed lately"
        sheet.set("opioid_morphine_equivalent", None, how)
