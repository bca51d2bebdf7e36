"""Facts read from the record's lists: problems, medicines, signs and measurements.

An entry that is not listed counts as absent only when the list was reviewed; signs and events only when the
review is recent enough to speak for today.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.codes import RegisteredCode
from eutonia.knowledge.schema import FactDefinition, Knowledge, Term
from eutonia.knowledge.terms import index_of, split_code
from eutonia.record import (
    CodeSystem,
    Diagnosis,
    EventKind,
    Medicine,
    Observation,
    Record,
    Scenario,
    Sign,
    Status,
)
from eutonia.show import show_moment
from eutonia.simulate.therapy import end_of
from eutonia.units import Quantity

_STATUSES = {
    "active": {Status.ACTIVE},
    "past": {Status.PAST},
    "ever": {Status.ACTIVE, Status.PAST},
}
#: Systems in which a code that is not known here may mean anything. ATC and ICD-10-CM are read by prefix: a code of
#: theirs that is not known lies outside every class the rules ask for.
_WITHOUT_ORDER = (CodeSystem.RXNORM, CodeSystem.SNOMED)


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
        self.unread_problems = self._unread(self.problems)
        self.unread_medicines = self._unread(self.medicines)

    def _unread(self, entries: Iterable[tuple[Diagnosis | Medicine, frozenset[str]]]) -> tuple[str, ...]:
        """Entries given by a code alone that nothing here can read: while they stand, nothing is absent."""
        return tuple(
            f"{entry.code.system} {entry.code.code}"
            for entry, names in entries
            if entry.code and not names and _is_unreadable(entry)
        )

    def _diagnosis(self, diagnosis: Diagnosis) -> frozenset[str]:
        return self._with_broader(self.index.recognise("problem", diagnosis.what, diagnosis.code))

    def _medicine(self, medicine: Medicine) -> frozenset[str]:
        term = self.index.recognise("medicine", medicine.what, medicine.code)
        if term is not None or medicine.what is None:
            return self._with_broader(term)
        parts = self.index.parts("medicine", medicine.what)
        return frozenset(name for part in parts for name in self._with_broader(part))

    def _with_broader(self, term: Term | None) -> frozenset[str]:
        if term is None:
            return frozenset()
        return frozenset({term.id, *self.index.broader(term)})

    def _is_taken(self, medicine: Medicine) -> bool:
        end = end_of(medicine.to)
        return end is None or end > self.now

    def indication(self) -> str | None:
        """The glossary's word for what baclofen is for; "other" when it is named but not on the list; None when it
        is not recorded, or recorded by a code that cannot be read."""
        diagnosis = self.record.indication
        if diagnosis is None:
            return None
        term = self.index.recognise("problem", diagnosis.what, diagnosis.code)
        values = self.knowledge.facts["indication"].values
        if term is None:
            return None if _is_unreadable(diagnosis) else "other"
        for name in (term.id, *self.index.broader(term)):
            if name in values:
                return name
        return "other"

    def has_problem(self, terms: Iterable[str], status: str) -> bool | None:
        """Whether one of the terms is on the problem list with this status (active, past or ever).

        Without a review they are absent only when every one of them is listed as absent, or with another status:
        that one kind of a disease is absent says nothing about the others.
        """
        wanted = set(terms)
        there = _STATUSES[status]
        if any(d.status in there for d, names in self.problems if names & wanted):
            return True
        ruled_out = {
            term.id
            for d, _ in self.problems
            if d.status not in there and (term := self.index.recognise("problem", d.what, d.code))
        }
        return False if self.has_reviewed_problems() or wanted <= ruled_out else None

    def has_reviewed_problems(self) -> bool:
        """Whether the problem list was gone through lately, and every entry of it could be read."""
        fresh = self.is_fresh(self.record.reviewed.problems, "review.problems.max_age")
        return fresh and not self.unread_problems

    def is_fresh(self, reviewed: date | None, limit_name: str) -> bool:
        """Whether a list was reviewed, and not so long ago that it no longer speaks for today."""
        if reviewed is None:
            return False
        ages = [x.value for x in self.knowledge.limits if x.name == limit_name]
        return bool(ages) and all(
            isinstance(age, Quantity) and self.today - reviewed <= timedelta(hours=age.number("h"))
            for age in ages
        )

    def has_reconciled_medicines(self) -> bool:
        """Whether an unlisted medicine counts as not taken: reconciled lately, and every entry could be read."""
        fresh = self.is_fresh(self.record.reviewed.medicines, "review.medicines.max_age")
        return fresh and not self.unread_medicines

    def has_reviewed_therapy(self) -> bool:
        """Whether baclofen by mouth or by pump that is not listed counts as not taken: gone through lately."""
        return self.is_fresh(self.record.reviewed.therapy, "review.therapy.max_age")

    def takes(self, terms: Iterable[str]) -> bool | None:
        """Whether a medicine of one of the classes is taken now."""
        wanted = set(terms)
        if any(names & wanted for _, names in self.medicines):
            return True
        return False if self.has_reconciled_medicines() else None

    def medicines_of(self, terms: Iterable[str]) -> tuple[str, ...]:
        """The medicines taken that belong to one of the classes, in words, each once."""
        wanted = set(terms)
        return tuple(dict.fromkeys(self._words("medicine", m) for m, n in self.medicines if n & wanted))

    def problems_of(self, terms: Iterable[str], status: str) -> tuple[str, ...]:
        """The problems with this status that belong to one of the terms, in words, each once."""
        wanted = set(terms)
        there = ((d, n) for d, n in self.problems if d.status in _STATUSES[status])
        return tuple(dict.fromkeys(self._words("problem", d) for d, n in there if n & wanted))

    def _words(self, kind: str, entry: Diagnosis | Medicine) -> str:
        """An entry by the name of its term, and by what the record calls it where that is something else."""
        term = self.index.recognise(kind, entry.what, entry.code)
        if term is None and entry.what is not None:
            return " ".join(entry.what.split())  # a combination, known by its parts
        assert term is not None, "only recognised entries are named"
        named = entry.what is not None and self.index.by_name(kind, entry.what) is not None
        if named and entry.what is not None:
            written = " ".join(entry.what.split())
            return (
                term.words
                if written.lower() in {term.id, term.words.lower()}
                else f"{term.words} ({written})"
            )
        assert entry.code is not None, "an entry without a name has a code"
        return f"{term.words} ({entry.code.system} {entry.code.code})"

    def has_sign(self, terms: Iterable[str], recent: timedelta) -> bool | None:
        """Whether one of the signs is there; absent when somebody asked lately, or each of them is listed as absent."""
        wanted = set(terms)
        present, absent = (
            {t.id for x in self.record.signs if x.present is is_there and (t := self._sign(x))}
            for is_there in (True, False)
        )
        if present & wanted:
            return True
        reviewed = self.record.reviewed.signs
        was_asked = reviewed is not None and self.today - reviewed <= recent
        return False if was_asked or wanted <= absent else None

    def _sign(self, sign: Sign) -> Term | None:
        return self.index.by_name("sign", sign.what)

    def has_listed_sign(self, terms: Iterable[str]) -> bool | None:
        """Whether one of the signs is listed as there; absent only when each is listed as absent."""
        there = {term: self.signs_of(term) for term in terms}
        if any(sign.present for signs in there.values() for sign in signs):
            return True
        return False if all(there.values()) else None

    def signs_of(self, term: str) -> tuple[Sign, ...]:
        """The entries of one sign, as listed."""
        named = ((sign, self.index.by_name("sign", sign.what)) for sign in self.record.signs)
        return tuple(sign for sign, known in named if known is not None and known.id == term)

    def newest(self, term: str, within: timedelta | None = None) -> Observation | None:
        """The newest measurement of a term, not older than ``within``; the later entry wins a tie."""
        newest: Observation | None = None
        for observation in self.series(term):
            if within is not None and self.now - observation.on.start() > within:
                continue
            if newest is None or observation.on.start() >= newest.on.start():
                newest = observation
        return newest

    def code_of(self, observation: Observation) -> RegisteredCode | None:
        """The registered code by which a measurement is named (“LOINC 62238-1”), if it is named by one."""
        coded = split_code(observation.what)
        return None if coded is None else self.knowledge.codes.find(*coded)

    def series(self, term: str) -> tuple[Observation, ...]:
        """All measurements of a term, oldest first."""
        found = []
        for observation in self.record.observations:
            known = self.index.by_name("observation", observation.what)
            if known is not None and known.id == term:
                found.append(observation)
        return tuple(sorted(found, key=lambda o: o.on.start()))


def _is_unreadable(entry: Diagnosis | Medicine) -> bool:
    """Whether an entry no term was recognised for is a code alone, of a system in which it may mean anything."""
    return entry.what is None and entry.code is not None and entry.code.system in _WITHOUT_ORDER


def set_list_facts(sheet: FactSheet, lists: Lists, recent: timedelta, room: str = "") -> None:
    """Set every glossary fact that is read straight from a list. room: those of one room alone."""
    for fact in lists.knowledge.facts.values():
        if fact.room != room:
            continue
        if fact.origin == "problem":
            status = fact.status or "active"
            value = lists.has_problem(fact.of, status)
            found = lists.problems_of(fact.of, status)
            sheet.set(fact.name, value, _how(value, "problem list", lists.unread_problems), found=found)
        elif fact.origin == "medicine":
            value = lists.takes(fact.of)
            found = lists.medicines_of(fact.of)
            sheet.set(fact.name, value, _how(value, "list of medicines", lists.unread_medicines), found=found)
        elif fact.origin == "sign":
            # That all signs were asked for says nothing about a scan or a test nobody made.
            value = lists.has_sign(fact.of, recent) if not room else lists.has_listed_sign(fact.of)
            sheet.set(fact.name, value, _how(value, "signs"))
        elif fact.origin == "observation":
            _set_observation(sheet, lists, fact)


def _how(value: bool | None, where: str, unread: tuple[str, ...] = ()) -> str:
    if value is None and unread:
        return f"not known, because the {where} holds {', '.join(unread)}, which cannot be read here"
    if value is None:
        return f"not in the {where}, and it was not reviewed lately"
    return f"in the {where}" if value else f"not in the reviewed {where}, or listed as absent"


def _set_observation(sheet: FactSheet, lists: Lists, fact: FactDefinition) -> None:
    within = timedelta(days=fact.within_days) if fact.within_days is not None else None
    observation = lists.newest(fact.of[0], within)
    if observation is None or not isinstance(observation.value, Quantity):
        span = f" in the last {fact.within_days} days" if fact.within_days else ""
        older = lists.newest(fact.of[0]) if within is not None else None
        last = f"; the last one, of {show_moment(older.on)}, is too old" if older is not None else ""
        sheet.set(fact.name, None, f"not measured{span}{last}")
        return
    value = observation.value.number(fact.unit)
    sheet.set(fact.name, value, f"measured on {show_moment(observation.on)}")
