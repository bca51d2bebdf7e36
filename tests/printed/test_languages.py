"""Nothing is left untranslated, every place for a value is kept, and no dose can be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from importlib.resources import files
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from eutonia.errors import InputRefused
from eutonia.notation import violations
from eutonia.printed.languages import NAMES, language
from eutonia.printed.phrases import portion
from eutonia.record import Form
from tests.printed.printed_base import LANGUAGES

PACKAGE = files("eutonia.printed")
KEYWORDS = {"say": None, "count": (1, 2), "_": None}
OTHERS = ("de", "fr")


def sources() -> set[tuple[str, ...]]:
    """Every sentence of the source, found by Babel and not by us."""
    found = extract_from_dir(str(PACKAGE), [("**.py", "python")], keywords=KEYWORDS)
    return {m if isinstance(m, tuple) else (m,) for _, _, m, _, _ in found}


def catalogue(code: str) -> Catalog:
    return read_po(BytesIO(PACKAGE.joinpath("catalogues", f"{code}.po").read_bytes()), locale=code)


def messages(code: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Message]]:
    for message in catalogue(code):
        if message.id:
            ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
            forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            yield tuple(ids), tuple(str(f) for f in forms), message


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_source_has_the_sentences_of_every_hand_out() -> None:
    assert len(sources()) > 130
    assert ("Do not stop baclofen suddenly",) in sources()


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_is_left_untranslated_and_none_is_left_over(code: str) -> None:
    assert {ids for ids, _, _ in messages(code)} == sources()
    for ids, forms, message in messages(code):
        assert all(form.strip() for form in forms), ids
        assert not message.fuzzy, ids


@pytest.mark.parametrize("code", OTHERS)
def test_every_value_keeps_its_place_in_every_language(code: str) -> None:
    for ids, forms, _ in messages(code):
        wanted = places(ids[-1])
        assert all(places(form) == wanted for form in forms), ids
        assert all(places(one) == wanted for one in ids), ids


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_is_still_english(code: str) -> None:
    same = {ids[0] for ids, forms, _ in messages(code) if ids[0] == forms[0]}
    # Words that the two languages share.
    shared = {"de": {"Name"}, "fr": {"Notes", "DOSE {dose}", "tizanidine"}}
    assert same <= shared[code] | {"{first}, {last}", "Page {page} of {pages}"}


@pytest.mark.parametrize("code", OTHERS)
def test_numbers_inside_sentences_are_the_same_in_every_language(code: str) -> None:
    for ids, forms, _ in messages(code):
        for form in forms:
            assert re.findall(r"\d+", form) == re.findall(r"\d+", ids[0]), ids


@pytest.mark.parametrize("code", OTHERS)
def test_plural_forms_are_those_of_the_language(code: str) -> None:
    assert catalogue(code).plural_expr == {"de": "(n != 1)", "fr": "(n > 1)"}[code]
    assert all(len(forms) == 2 for ids, forms, _ in messages(code) if len(ids) == 2)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_as_such_follows_the_rules_of_notation(code: str) -> None:
    lang = language(code)
    for ids in sources():
        values = dict.fromkeys(places(ids[-1]), "x")
        shown = (
            lang.count(ids[0], ids[1], 2, **{k: v for k, v in values.items() if k != "number"})
            if len(ids) == 2
            else lang.say(ids[0], **values)
        )
        assert violations(shown, is_page=True, language=code) == []


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputRefused) as refused:
        language("es")
    assert refused.value.problems[0].accepted == LANGUAGES == tuple(NAMES)


def test_a_sentence_without_translation_stops_the_page() -> None:
    with pytest.raises(KeyError):
        language("de").say("A sentence nobody translated")


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("en", "1/2", "0.5"),
        ("en", "2000", "2,000"),
        ("en", "5/2", "2.5"),
        ("en", "5", "5"),
        ("de", "1/2", "0,5"),
        ("de", "2000", "2\u00a0000"),
        ("de", "5/2", "2,5"),
        ("de", "1/8", "0,125"),
        ("fr", "1/2", "0,5"),
        ("fr", "12500", "12\u00a0500"),
        ("fr", "5", "5"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(code: str, value: str, shown: str) -> None:
    assert language(code).number(Fraction(value)) == shown


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("value", ["9/8", "1001/1000"])
def test_three_figures_after_a_decimal_comma_are_refused(code: str, value: str) -> None:
    with pytest.raises(InputRefused):
        language(code).number(Fraction(value))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_number_without_an_end_is_refused_and_not_rounded(code: str) -> None:
    with pytest.raises(InputRefused):
        language(code).number(Fraction(1, 3))


@pytest.mark.parametrize("code", OTHERS)
def test_a_dose_in_german_or_french_reads_back_to_the_same_number_and_to_no_other(code: str) -> None:
    # Every amount a plan can hold: halves of tablets and hundredths of a mL, up to 20.
    for hundredths in range(1, 2001):
        value = Fraction(hundredths, 100)
        text = language(code).number(value)
        assert Fraction(text.replace("\u00a0", "").replace(",", ".")) == value
        # Whoever takes the comma for a sign of thousands finds a number that cannot be one.
        assert not re.fullmatch(r"[1-9]\d{0,2},\d{3}", text)
        assert "." not in text


@pytest.mark.parametrize(
    ("code", "day", "shown"),
    [
        ("en", date(2026, 11, 30), "Monday 30 November 2026"),
        ("de", date(2026, 11, 30), "Montag, 30. November 2026"),
        ("fr", date(2026, 11, 30), "lundi 30 novembre 2026"),
        ("fr", date(2026, 12, 1), "mardi 1er décembre 2026"),
    ],
)
def test_days_are_written_in_words(code: str, day: date, shown: str) -> None:
    assert language(code).day(day).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("units", "english", "german", "french"),
    [
        ("1/2", "half a tablet of 10 mg", "eine halbe Tablette zu 10 mg", "un demi-comprimé de 10 mg"),
        ("1", "1 tablet of 10 mg", "1 Tablette zu 10 mg", "1 comprimé de 10 mg"),
        (
            "3/2",
            "1 and a half tablets of 10 mg",
            "1 und eine halbe Tablette zu 10 mg",
            "1 comprimé et demi de 10 mg",
        ),
        ("2", "2 tablets of 10 mg", "2 Tabletten zu 10 mg", "2 comprimés de 10 mg"),
        (
            "5/2",
            "2 and a half tablets of 10 mg",
            "2 und eine halbe Tablette zu 10 mg",
            "2 comprimés et demi de 10 mg",
        ),
    ],
)
def test_tablets_are_counted_in_words_of_the_language(
    units: str, english: str, german: str, french: str
) -> None:
    found = [portion(Fraction(units), Form.TABLET, Fraction(10), language(code)) for code in LANGUAGES]
    assert [text.replace("\u00a0", " ") for text in found] == [english, german, french]
