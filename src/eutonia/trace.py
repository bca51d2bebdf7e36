"""How a number was made.

Every derived number that reaches a reader carries a Step: what it is, the formula with the values in it,
and the sources the formula rests on. Reports print these; nobody has to believe a bare figure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One derived value.

    name: the fact or quantity. value: as shown, with unit ("38 mL per minute") or "not known".
    how: the working in words and figures. sources: ids in the sources register. mark: how far the working
    was checked ("read", "recalled", "ours", ...), empty when it is plain arithmetic on the record. found: the entries
    of the record's lists behind it, in words.
    """

    name: str
    value: str
    how: str
    sources: tuple[str, ...] = ()
    mark: str = ""
    found: tuple[str, ...] = ()
