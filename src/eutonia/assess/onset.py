"""Whether signs on record began after baclofen was cut: days later they still belong to that cut."""

from __future__ import annotations

from datetime import datetime, timedelta

from eutonia.assess.lists import Lists
from eutonia.record import Sign

__all__ = ["began_after"]

_OF_WITHDRAWAL = "sign that fits withdrawal"


def began_after(lists: Lists, cut: datetime, within: timedelta) -> bool | None:
    """Whether a sign of withdrawal that is there now began between a cut and ``within`` after it.

    None when such a sign is there and nobody wrote down when it began; False when there is none.
    """
    found = [sign for sign in lists.record.signs if sign.present and _is_of_withdrawal(sign, lists)]
    onsets = [sign.onset for sign in found]
    # A sign known by its day only may have begun at any hour of it, also after the cut of that day.
    first, last = cut.date(), (cut + within).date()
    if any(onset is not None and first <= onset.on <= last for onset in onsets):
        return True
    return None if None in onsets else False


def _is_of_withdrawal(sign: Sign, lists: Lists) -> bool:
    term = lists.index.by_name("sign", sign.what)
    return term is not None and _OF_WITHDRAWAL in {term.id, *lists.index.broader(term)}
