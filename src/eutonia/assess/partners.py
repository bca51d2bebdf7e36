"""Facts about partners of baclofen that need more than one entry: how many depressants, alcohol, the sum of opioids."""

from __future__ import annotations

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet, any_true

_DEPRESSANT = "central depressant"
_ALCOHOL = "alcohol"
_DRINKING = ("alcohol use disorder",)  # an active one counts as alcohol


def set_partner_facts(sheet: FactSheet, lists: Lists) -> None:
    """Set the facts on alcohol, on the number of central depressants and on the sum of the opioids."""
    _set_alcohol(sheet, lists)
    _set_depressants(sheet, lists)
    _set_opioids(sheet, lists)


def _set_alcohol(sheet: FactSheet, lists: Lists) -> None:
    """Alcohol among the medicines, or an active alcohol use disorder."""
    value = any_true(lists.takes([_ALCOHOL]), lists.has_problem(_DRINKING, "active"))
    found = (*lists.medicines_of([_ALCOHOL]), *lists.problems_of(_DRINKING, "active"))
    sheet.set("drinks_alcohol", value, "from the list of medicines and the problem list", found=found)


def depressants(lists: Lists) -> dict[str, tuple[str, ...]]:
    """The classes of other central depressants taken, each once, with the entries behind it."""
    classes = sorted(
        term.id
        for term in lists.knowledge.terms.values()
        if term.kind == "medicine" and _DEPRESSANT in term.member_of
    )
    taken = {name: lists.medicines_of([name]) for name in classes}
    taken[_ALCOHOL] = (*taken.get(_ALCOHOL, ()), *lists.problems_of(_DRINKING, "active"))
    return {name: found for name, found in taken.items() if found}


def _set_depressants(sheet: FactSheet, lists: Lists) -> None:
    classes = depressants(lists)
    is_complete = lists.has_reconciled_medicines()
    how = ", ".join(classes) if classes else "none listed"
    if not is_complete:
        how += "; the list was not reviewed lately, or not all of it can be read"
    found = tuple(dict.fromkeys(name for names in classes.values() for name in names))
    for name, least in (("takes_two_depressants", 2), ("takes_three_depressants", 3)):
        value = True if len(classes) >= least else False if is_complete else None
        sheet.set(name, value, how, found=found if value else ())


def _set_opioids(sheet: FactSheet, lists: Lists) -> None:
    opioids = [m.morphine_equivalent for m, names in lists.medicines if "opioid" in names]
    known = [q.number("mg/day") for q in opioids if q is not None]
    if sheet.get("takes_opioid") is False:
        sheet.set("opioid_morphine_equivalent", 0.0, "no opioid")
    elif known and len(known) == len(opioids):
        sheet.set("opioid_morphine_equivalent", sum(known), "sum of the opioids listed")
    else:
        how = "an opioid without its morphine equivalent" if opioids else "the list was not reviewed lately"
        sheet.set("opioid_morphine_equivalent", None, how)
