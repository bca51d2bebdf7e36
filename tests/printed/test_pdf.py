"""The PDF is tagged for screen readers, brings its own font, and says on paper what the document says."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from eutonia.errors import InputRefused
from eutonia.notation import page_violations, violations
from eutonia.printed import SUFFIXES, Handout, Paper, What, make_print
from eutonia.printed import pdf as pdf_room
from eutonia.printed.calendar import calendar_document
from eutonia.printed.cards import refill_document, wallet_document
from eutonia.printed.languages import language
from eutonia.printed.leaflet import leaflet_document
from eutonia.printed.pharmacy import pharmacy_document
from tests.printed.printed_base import LANGUAGES, PUMP, both, of, pages, taper

DOCUMENTS = {
    What.CALENDAR: calendar_document,
    What.LEAFLET: leaflet_document,
    What.WALLET: wallet_document,
    What.REFILL: refill_document,
    What.PHARMACY: pharmacy_document,
}
EVERYTHING = both()


def tags(reader: pypdf.PdfReader) -> list[str]:
    """The names of all structure elements in reading order."""

    def walk(element: Any) -> Iterator[str]:
        element = element.get_object()
        if isinstance(element, list):
            for child in element:
                yield from walk(child)
        elif isinstance(element, dict) and "/S" in element:
            yield str(element["/S"])
            if "/K" in element:
                yield from walk(element["/K"])

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))


def made(what: What, code: str = "en", handout: Handout = EVERYTHING) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(make_print(handout, what, code, ".pdf")))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("what", DOCUMENTS)
def test_every_pdf_declares_pdf_ua_with_title_and_language(what: What, code: str) -> None:
    reader = made(what, code)
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == code
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == DOCUMENTS[what](EVERYTHING, language(code)).title


def test_the_tags_of_the_calendar_name_headings_lists_and_table_headings() -> None:
    found = Counter(tags(made(What.CALENDAR, handout=taper())))
    # Seven steps with a table: Day, four times of the day, Notes; and a row for each of 49 days.
    assert found["/Table"] == 7
    assert found["/TH"] == 7 * 6
    assert found["/TR"] == 7 + 49
    assert found["/TD"] == 49 * 6
    assert found["/H1"] >= 8
    assert found["/L"] > 8
    assert found["/Figure"] == 0


@pytest.mark.parametrize("what", DOCUMENTS)
def test_only_the_font_of_the_package_is_used_and_it_is_in_the_file(what: What) -> None:
    fonts = {
        (font["/BaseFont"], "/FontFile2" in child["/FontDescriptor"])
        for page in made(what).pages
        for font in (f.get_object() for f in page["/Resources"]["/Font"].values())
        for child in (c.get_object() for c in font["/DescendantFonts"])
    }
    assert fonts
    assert all("IBMPlexSans" in str(name) and is_inside for name, is_inside in fonts)


def test_the_font_draws_a_plain_zero() -> None:
    # A zero with a stroke has been read as 4, 6, 8 and 9. A plain one is two curves, one inside the other.
    for name in ("Regular", "Bold"):
        path = Path(pdf_room.__file__).parent / "fonts" / f"IBMPlexSans-{name}.ttf"
        source = (
            '#set page(width: 200pt, height: 200pt, margin: 0pt)\n#set text(font: "IBM Plex Sans", size: 200pt, '
            f'weight: "{name.lower()}")\n#place(center + horizon)[0]'
        )
        assert path.is_file()
        compiler = pdf_room._compiler()
        data = compiler.compile(input=source.encode(), format="pdf")
        page = pypdfium2.PdfDocument(bytes(data))[0]
        picture = page.render(scale=1, grayscale=True).to_numpy().squeeze()
        inked = (picture < 128).nonzero()
        middle = (int(inked[0].min() + inked[0].max()) // 2, int(inked[1].min() + inked[1].max()) // 2)
        assert picture[middle] > 200, "ink in the middle of a zero"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("what", DOCUMENTS)
def test_the_text_of_the_pdf_follows_the_rules_of_notation_and_loses_nothing(what: What, code: str) -> None:
    document = DOCUMENTS[what](EVERYTHING, language(code))
    text = "\n".join(pages(make_print(EVERYTHING, what, code, ".pdf")))
    assert violations(text, is_page=False, language=code) == []
    squeezed = re.sub(r"[\s•]+", "", text)
    for part in document.texts():
        assert re.sub(r"\s+", "", part) in squeezed, part


def test_the_pdf_reads_in_the_order_of_the_steps() -> None:
    text = re.sub(r"\s+", " ", " ".join(pages(make_print(taper(), What.CALENDAR, "en", ".pdf"))))
    places = [text.index(f"Step {n} of 8") for n in range(1, 9)]
    assert places == sorted(places)
    assert text.index("Do not stop baclofen suddenly") < places[0]


def test_no_step_of_the_worked_taper_is_torn_over_two_pages() -> None:
    for number in range(1, 8):
        (holding,) = [
            page
            for page in pages(make_print(taper(), What.CALENDAR, "en", ".pdf"))
            if f"Step {number} of 8" in page
        ]
        step = holding.split(f"Step {number} of 8")[1].split(f"Step {number + 1} of 8")[0]
        assert len(re.findall(r"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s\d+\s\w{3}", step, re.MULTILINE)) == 7


def test_every_page_says_which_page_it_is_and_of_which_day_the_plan_is() -> None:
    found = pages(make_print(taper(), What.CALENDAR, "en", ".pdf"))
    for number, page in enumerate(found, start=1):
        flat = re.sub(r"\s+", " ", page)
        assert f"Page {number} of {len(found)}" in flat
        assert "Made on Sunday 22 November 2026" in flat


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("what", [What.WALLET, What.REFILL])
def test_a_card_is_one_page_and_never_cut_off(what: What, code: str) -> None:
    found = pages(make_print(EVERYTHING, what, code, ".pdf"))
    assert len(found) == 1
    page = pypdfium2.PdfDocument(make_print(EVERYTHING, what, code, ".pdf"))[0]
    text = page.get_textpage()
    width, height = page.get_size()
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        assert left >= 0 and right <= width and bottom >= 0 and top <= height


def test_equal_plans_give_equal_files() -> None:
    for what, suffixes in SUFFIXES.items():
        for suffix in suffixes:
            first, second = (make_print(EVERYTHING, what, "fr", suffix) for _ in range(2))
            assert first == second, (what, suffix)


def test_paper_is_what_the_country_uses_unless_told() -> None:
    def width(paper: Paper | None) -> float:
        data = make_print(taper(), What.LEAFLET, "en", ".pdf", paper)
        return float(pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox.width)

    assert width(None) == pytest.approx(595.3, abs=0.1)  # A4, 210 mm
    assert width(Paper.LETTER) == pytest.approx(612, abs=0.1)  # 8.5 inches


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("what", DOCUMENTS)
def test_the_page_says_the_same_as_the_pdf_and_reaches_for_nothing_outside(what: What, code: str) -> None:
    html = make_print(EVERYTHING, what, code, ".html").decode()
    assert page_violations(html, code) == []
    assert f'<html lang="{code}">' in html
    assert not re.search(r"<script|https?:|<link|url\(|@import", html)
    plain = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html)).replace("&#39;", "'")
    for part in DOCUMENTS[what](EVERYTHING, language(code)).texts():
        assert re.sub(r"\s+", "", part) in plain, part


def test_without_the_package_the_page_and_the_lines_can_still_be_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pdf_room._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    assert make_print(EVERYTHING, What.CALENDAR, "en", ".html")
    assert make_print(EVERYTHING, What.PHARMACY, "en", ".txt")
    with pytest.raises(ImportError):
        make_print(EVERYTHING, What.CALENDAR, "en", ".pdf")
    monkeypatch.undo()
    pdf_room._compiler.cache_clear()


def test_a_refill_card_is_not_made_without_dates_of_a_pump() -> None:
    with pytest.raises(InputRefused) as refused:
        make_print(taper(), What.REFILL, "en", ".pdf")
    assert refused.value.problems[0].path == "pump"


@pytest.mark.parametrize("what", [What.CALENDAR, What.PHARMACY])
def test_a_calendar_is_not_made_of_a_pump_alone(what: What) -> None:
    with pytest.raises(InputRefused) as refused:
        make_print(of(pump=PUMP), what, "en", ".pdf")
    assert refused.value.problems[0].path == "phases"


def test_what_a_pump_plan_does_not_know_is_not_on_its_card() -> None:
    bare = of(pump=type(PUMP)(PUMP.refill_by))
    text = " ".join(refill_document(bare, language("en")).texts())
    assert "Refill by Monday" in text
    assert "alarm is expected" not in text
    assert "micrograms" not in text
