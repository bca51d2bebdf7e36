"""Reading the registers: documents, products, what is possible and usual, and studies nobody could find."""

from __future__ import annotations

from typing import Any

from eutonia.errors import Code
from eutonia.knowledge.items import Item
from eutonia.knowledge.reads import Reads
from eutonia.knowledge.schema import Bounds, Check, MarketedProduct, NotFound, Source
from eutonia.knowledge.upkeep import check_day

__all__ = ["read_bounds", "read_not_found", "read_product", "read_range", "read_source"]


def read_source(item: Item, reads: Reads) -> Source:
    """One document of ``sources.yaml``."""
    day = item.date_of("on")
    check_day(item, day, reads.stated_on)
    return Source(
        id=item.text("id"),
        title=item.text("title"),
        kind=item.text("kind"),
        check=item.word("check", Check),
        on=day,
        authors=item.text("authors", ""),
        year=item.text("year", ""),
        where=item.text("where", ""),
    )


def read_range(item: Item, reads: Reads, key: str) -> Any:
    """A lower and an upper value: two whole numbers, or two quantities."""
    pair = item.values(key)
    if len(pair) != 2:
        item.complain(Code.WRONG_TYPE, f"“{key}” needs a lower and an upper value.")
        return (0, 0)
    if all(isinstance(x, int) for x in pair):
        return tuple(pair)
    return tuple(reads.quantity(item, str(x)) for x in pair)


def read_bounds(item: Item, reads: Reads) -> Bounds:
    """One field of ``plausibility.yaml``."""
    return Bounds(
        name=item.text("name"),
        possible=read_range(item, reads, "possible"),
        usual=read_range(item, reads, "usual"),
        because=item.text("because"),
        evidence=reads.evidence(item),
    )


def read_not_found(item: Item, reads: Reads) -> NotFound:
    """One study of ``not_found.yaml``."""
    names = tuple(name.lower() for name in item.texts("names"))
    return NotFound(item.text("id"), names, item.text("says"), reads.evidence(item))


def read_product(item: Item, reads: Reads) -> MarketedProduct:
    """One product of ``products.yaml``: a solid has a strength, a liquid a concentration."""
    form = item.one_of("form", ("tablet", "liquid", "granules"))
    needed = "concentration" if form == "liquid" else "strength"
    if not item.has(needed) or (item.has("strength") and item.has("concentration")):
        item.complain(Code.MISSING_VALUE, f"A {form} is given with its {needed}, and with nothing else.")
    return MarketedProduct(
        id=item.text("id"),
        jurisdictions=reads.jurisdictions_of(item),
        form=form,
        strength=reads.quantity(item, item.text("strength")) if item.has("strength") else None,
        concentration=reads.quantity(item, item.text("concentration")) if item.has("concentration") else None,
        scored=item.flag("scored"),
        evidence=reads.evidence(item),
        says=item.text("says", ""),
    )
