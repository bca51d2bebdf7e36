"""The page: one file, the parts in their order, nothing blank, nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.report.document import html, title
from tests.scenario_files import PUBLISHED, ask, base, patched, read

_WORKED = PUBLISHED / "worked-example.yaml"


@pytest.fixture(scope="module")
def plan_page() -> str:
    return html(ask(read(_WORKED), people=20))


@pytest.fixture(scope="module")
def dialysis() -> Result:
    return ask(base("kidney-dialysis"))


@pytest.fixture(scope="module")
def dialysis_page(dialysis: Result) -> str:
    return html(dialysis)


def _text(page: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ")


def _headings(page: str) -> list[str]:
    return [_text(h).strip() for h in re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)]


class _Structure(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.opened: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{name} on {tag}"
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value:
                self.links.append(value)
        if tag not in {"meta", "br"}:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)


@pytest.fixture(params=["plan_page", "dialysis_page"])
def structure(request: pytest.FixtureRequest) -> _Structure:
    reader = _Structure()
    reader.feed(request.getfixturevalue(request.param))
    return reader


def test_the_page_is_closed_tag_by_tag_and_every_link_has_its_place(structure: _Structure) -> None:
    assert structure.opened == []
    assert len(structure.ids) == len(set(structure.ids))
    assert {link.removeprefix("#") for link in structure.links} <= set(structure.ids)


def test_the_page_runs_nothing_and_asks_for_nothing_outside_itself(
    structure: _Structure, plan_page: str
) -> None:
    assert not {"script", "link", "iframe", "img", "object", "embed", "form"} & set(structure.tags)
    assert all(link.startswith("#") for link in structure.links)
    assert "url(" not in plan_page
    assert "@import" not in plan_page


def test_the_answer_comes_first_and_the_parts_follow_in_their_order(plan_page: str) -> None:
    assert plan_page.index('class="skip"') < plan_page.index("<h1")
    assert _headings(plan_page)[:4] == [
        "Findings",
        "What the regimen does",
        "Titration to 60 mg a day in four steps",
        "Advice",
    ]
    assert _headings(plan_page)[-4:] == ["How each number was made", "Sources", "Made with", "Intended use"]
    assert plan_page.count("<h1") == 1


def test_the_case_bar_names_the_equation_and_leaves_nothing_blank(dialysis_page: str, plan_page: str) -> None:
    assert "Cockcroft-Gault from creatinine of 09-Nov-2026" in _text(plan_page)
    assert "Kidneys on dialysis" in _text(dialysis_page)
    assert not re.search(r"<(dd|td)[^>]*>\s*</(dd|td)>", plan_page + dialysis_page)


def test_what_is_not_recorded_is_called_not_recorded() -> None:
    page = html(ask(patched(base("adult-us"), {"record": {"patient": {"sex": None, "weight": None}}})))
    assert "Sex not recorded" in _text(page)
    assert "Weight not recorded" in _text(page)
    assert "There is no curve." in _text(page)


def test_the_word_is_written_beside_its_shape(dialysis_page: str) -> None:
    assert re.search(r'<h1 id="word" class="stop">Stop</h1>', dialysis_page)
    answer = dialysis_page[dialysis_page.index('id="answer"') : dialysis_page.index("<h1")]
    assert "<svg" in answer
    assert 'aria-hidden="true"' in answer


def test_each_finding_says_what_why_what_to_do_on_which_evidence_and_who_disagrees(
    dialysis: Result, dialysis_page: str
) -> None:
    text = _text(dialysis_page)
    finding = dialysis.assessment.problems[0]
    for part in (
        finding.title,
        finding.say,
        finding.do,
        finding.differs[0].says,
        "dialysis: yes (as recorded)",
    ):
        assert part in text
    assert "only the abstract was read" in text


def test_every_source_is_listed_once_with_how_it_was_checked(dialysis: Result, dialysis_page: str) -> None:
    listed = re.findall(r'<li id="source-(\d+)">', dialysis_page)
    assert listed == [str(n) for n in range(1, len(dialysis.sources) + 1)]


def test_the_plan_is_dated_by_weekday_and_told_in_tablets(plan_page: str) -> None:
    text = _text(plan_page)
    assert "Tuesday 24-Nov-2026" in text
    assert "5 mg 1 tablet of 5 mg" in text
    assert "goes on" in text


def test_a_refused_target_shows_what_each_limit_alone_would_allow() -> None:
    page = _text(
        html(ask(patched(base("adult-us"), {"question": {"ask": "titration", "target": "90 mg/day"}})))
    )
    assert "No plan: over the largest dose" in page
    assert "What each limit alone would allow" in page
    assert "Nearest dose that can be made within the limits: 80 mg a day." in page


def test_the_numbers_of_the_curve_stand_beside_it_as_a_table(plan_page: str) -> None:
    assert "The same numbers, in micrograms per litre" in _text(plan_page)
    assert "What this model cannot see" in _text(plan_page)


def test_the_page_says_what_made_it_and_what_it_is_for(plan_page: str) -> None:
    knowledge = load_knowledge()
    text = _text(plan_page)
    assert knowledge.hash[:12] in text
    assert "20 virtual people, seed 1" in text
    assert "options with reasons, not orders" in text
    assert f"knowledge {knowledge.hash[:12]}" in plan_page[: plan_page.index("</style>")]


def test_markup_in_a_title_stays_text() -> None:
    case = patched(base("adult-us"), {"title": 'A <b>"bold"</b> title'})
    page = html(consult_data(case, load_knowledge(), people=0))
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_the_title_says_the_word_the_case_and_the_day(dialysis: Result) -> None:
    assert title(dialysis) == f"Stop: {dialysis.scenario.title}, 22-Nov-2026"


def test_two_pages_of_one_case_are_the_same_to_the_last_byte(plan_page: str) -> None:
    assert html(ask(read(_WORKED), people=20)) == plan_page


def test_a_course_of_years_ago_is_not_shown_as_nothing_taken_today() -> None:
    old = {"oral_therapy": [{"dose": "10 mg", "times_per_day": 3, "from": "2015-01-01", "to": "2015-03-01"}]}
    bare = patched(base("adult-us"), {"record": {**old, "reviewed": None}})
    assert "none by mouth" not in _text(html(ask(bare)))
    assert "none by mouth" in _text(html(ask(patched(base("adult-us"), {"record": old}))))
