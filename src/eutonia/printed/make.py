"""One hand-out in one language and one form, checked against the rules of notation before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from eutonia.errors import Code, EutoniaError, InputRefused, Problem
from eutonia.notation import Violation, violations
from eutonia.printed.beside import pharmacy_notes
from eutonia.printed.blocks import Document
from eutonia.printed.calendar import calendar_document
from eutonia.printed.cards import refill_document, wallet_document
from eutonia.printed.events import calendar_file
from eutonia.printed.handout import Handout
from eutonia.printed.languages import Language, language
from eutonia.printed.leaflet import leaflet_document
from eutonia.printed.page import page
from eutonia.printed.pdf import pdf
from eutonia.printed.pharmacy import pharmacy_document, pharmacy_json, pharmacy_lines, pharmacy_text
from eutonia.record import Jurisdiction


class What(StrEnum):
    """What can be printed."""

    CALENDAR = "calendar"
    LEAFLET = "leaflet"
    WALLET = "wallet"
    REFILL = "refill"
    ICS = "ics"
    PHARMACY = "pharmacy"


class Paper(StrEnum):
    """The size of the sheet."""

    A4 = "a4"
    LETTER = "letter"


#: The endings of file each thing can be written to.
SUFFIXES: Mapping[What, tuple[str, ...]] = {
    What.CALENDAR: (".pdf", ".html"),
    What.LEAFLET: (".pdf", ".html"),
    What.WALLET: (".pdf", ".html"),
    What.REFILL: (".pdf", ".html"),
    What.ICS: (".ics",),
    What.PHARMACY: (".pdf", ".html", ".txt", ".json"),
}
_DOCUMENTS: Mapping[What, Callable[[Handout, Language], Document]] = {
    What.CALENDAR: calendar_document,
    What.LEAFLET: leaflet_document,
    What.WALLET: wallet_document,
    What.REFILL: refill_document,
    What.PHARMACY: pharmacy_document,
}
_TYPST_PAPER = {Paper.A4: "a4", Paper.LETTER: "us-letter"}
_CSS_PAPER = {Paper.A4: "A4", Paper.LETTER: "letter"}
_LETTER_COUNTRIES = (Jurisdiction.US, Jurisdiction.CA)


class NotationBroken(EutoniaError):
    """A finished text breaks a rule of notation. It is a fault of eutonia, and nothing is handed out."""

    def __init__(self, found: tuple[Violation, ...]) -> None:
        self.found = found
        shown = "; ".join(f"{v.rule}: “{v.found}” in “{v.around}”" for v in found)
        super().__init__(f"the text breaks the rules of notation and is not written: {shown}")


def make_print(handout: Handout, what: What, code: str, suffix: str, paper: Paper | None = None) -> bytes:
    """The file's bytes. paper: of the PDF and the page; None: what the country uses.

    Raises InputRefused for an unknown language, an ending it cannot have, or a hand-out without what is to be printed;
    NotationBroken for a text against the rules; ImportError without the packages of the extra “print”.
    """
    lang = language(code)
    refuse_suffix(what, suffix)
    _refuse_empty(handout, what)
    sheet = paper or (Paper.LETTER if handout.jurisdiction in _LETTER_COUNTRIES else Paper.A4)
    if what is What.ICS:
        made = calendar_file(handout, lang)
        _check(made.texts, lang)
        return made.content
    if suffix in {".txt", ".json"}:
        _check((*pharmacy_lines(handout, lang), *pharmacy_notes(handout, lang)), lang)
        write = pharmacy_text if suffix == ".txt" else pharmacy_json
        return write(handout, lang).encode("utf-8")
    document = _DOCUMENTS[what](handout, lang)
    _check(document.texts(), lang)
    if suffix == ".pdf":
        return pdf(document, _TYPST_PAPER[sheet], handout.as_of)
    return page(document, _CSS_PAPER[sheet]).encode("utf-8")


def refuse_suffix(what: What, suffix: str) -> None:
    """Raise InputRefused when this thing cannot be written to a file with this ending."""
    if suffix not in SUFFIXES[what]:
        why = f"The {what.value} is not written in this form."
        raise InputRefused([Problem(Code.UNKNOWN_WORD, why, "--out", suffix or "no ending", SUFFIXES[what])])


def _refuse_empty(handout: Handout, what: What) -> None:
    if what is What.REFILL and handout.pump is None:
        why = "The plan gives no dates of a pump; a refill card is not made from guesses."
        step = "Write the dates into a hand-out file (see the page on printing)."
        raise InputRefused([Problem(Code.NOT_PRINTABLE, why, "pump", next_step=step)])
    if what in {What.CALENDAR, What.PHARMACY} and not handout.phases:
        why = "The plan gives no phases by mouth."
        raise InputRefused([Problem(Code.NOT_PRINTABLE, why, "phases", next_step="Give dated phases.")])


def _check(texts: Iterable[str], lang: Language) -> None:
    found = tuple(v for text in texts for v in violations(text, is_page=True, language=lang.code))
    if found:
        raise NotationBroken(found)
