"""What can go wrong, as data: one base error and a closed list of refusals.

Every problem carries a code, the path to the field, what was given, what is accepted, why it matters
and what to do next. Texts are made once, here or where the problem is found; faces only lay them out.
No problem ever carries the name or number of a patient.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Code(StrEnum):
    """The closed list of reasons for which input or knowledge is refused."""

    UNREADABLE = "unreadable"
    UNKNOWN_KEY = "unknown-key"
    MISSING_VALUE = "missing-value"
    WRONG_TYPE = "wrong-type"
    UNKNOWN_WORD = "unknown-word"
    NOT_A_QUANTITY = "not-a-quantity"
    AMBIGUOUS_NUMBER = "ambiguous-number"
    MISSING_UNIT = "missing-unit"
    UNKNOWN_UNIT = "unknown-unit"
    WRONG_DIMENSION = "wrong-dimension"
    IMPOSSIBLE_VALUE = "impossible-value"
    IMPLAUSIBLE_FOR_ROUTE = "implausible-for-route"
    NOT_A_DATE = "not-a-date"
    NOT_A_TIME = "not-a-time"
    CROSSED_DATES = "crossed-dates"
    DATE_IN_FUTURE = "date-in-future"
    CONFLICTING_VALUES = "conflicting-values"
    OUTSIDE_DOMAIN = "outside-domain"
    NOT_PRINTABLE = "not-printable"
    # knowledge files
    UNCITED = "uncited"
    BROKEN_CONDITION = "broken-condition"
    DUPLICATE_ID = "duplicate-id"
    UNKNOWN_REFERENCE = "unknown-reference"
    RECALLED_BLOCKS = "recalled-blocks"
    EXPIRED = "expired"
    CIRCULAR = "circular-reference"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input.

    path: where, e.g. ``record.oral_therapy[0].dose``. given: the text as written. accepted: what would
    be read, as data. why: one sentence. next_step: what to do.
    """

    code: Code
    why: str
    path: str = ""
    given: str = ""
    accepted: tuple[str, ...] = ()
    next_step: str = ""

    def at(self, path: str) -> Problem:
        """The same problem, placed at ``path``."""
        return replace(self, path=path)

    def __str__(self) -> str:
        text = f"{self.path or 'scenario'}: {self.why}"
        return f"{text} {self.next_step}" if self.next_step else text


class EutoniaError(Exception):
    """Base of every error eutonia raises on purpose."""


class InputRefused(EutoniaError):
    """The input cannot be read. All problems found are reported together; nothing was changed or guessed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        super().__init__("\n".join([f"{count} {noun} in the input", *(f"- {p}" for p in self.problems)]))


class KnowledgeBroken(EutoniaError):
    """The knowledge base breaks its own rules; nothing may be answered from it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(["the knowledge base cannot be used", *(f"- {p}" for p in self.problems)]))


class OutsideDomain(EutoniaError):
    """The patient is outside the people a model was made for: the model refuses to answer."""

    def __init__(self, model: str, problem: Problem) -> None:
        self.model = model
        self.problem = problem
        super().__init__(f"{model}: {problem}")


class SearchUnavailable(EutoniaError):
    """This Python cannot search: its SQLite is missing or was built without full-text search."""
