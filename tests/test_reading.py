"""The reading view: the text unharmed, every number marked once, nothing of the source runs, usable by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from browser import CHROMIUM, WHY_NOT, Browser
from compare.errors import BuildError, CompareError
from compare.notebooks import export_page
from compare.pipeline import Tables
from compare.reading import show, write_reading
from compare.reading.markup import Number, ThemedSentence, mark_up
from compare.style import name_theme
from made_tables import HOSTILE, TEXTS, make_tables

_VOID = {"meta", "input", "img", "br", "link"}


class Page(HTMLParser):
    """The text of the article, and where in it each element begins and ends."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[dict[str, Any]] = []
        self.open: list[dict[str, Any] | None] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.tags.append((tag, found))
        if tag == "article":
            self.inside = 1
        if tag in _VOID:
            return
        element = {"tag": tag, "start": len(self.text), **found} if self.inside else None
        self.open.append(element)
        if element:
            self.elements.append(element)

    def handle_endtag(self, tag: str) -> None:
        element = self.open.pop()
        if element:
            assert element["tag"] == tag, (element, tag)
            element["end"] = len(self.text)
        if tag == "article":
            self.inside = 0

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data

    def numbers(self) -> list[dict[str, Any]]:
        return [e for e in self.elements if "number" in (e.get("class") or "").split()]


@pytest.fixture
def made(tmp_path: Path) -> Tables:
    return make_tables(tmp_path / "processed")


@pytest.mark.parametrize("plan", ["alpha", "beta", "gamma"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_of_page_is_text_of_plan(made: Tables, plan: str, lang: str) -> None:
    assert Page(str(show(plan, made, lang=lang))).text == TEXTS[plan]


def test_shipped_plans_keep_text_and_marks(tables: Tables) -> None:
    for plan in tables.plans["plan_id"]:
        page = Page(str(show(plan, tables)))
        assert page.text == tables.text(plan)
        for frame in (tables.targets, tables.unclaimed):
            rows = frame[frame["plan_id"] == plan]
            spans = set(zip(rows["number_start"], rows["number_end"], strict=True))
            marked = [(m["start"], m["end"]) for m in page.numbers()]
            assert all(any(a <= start and end <= b for a, b in marked) for start, end in spans)
        assert len(marked) == len(set(marked))


def test_every_number_is_marked_once_at_its_offsets(made: Tables) -> None:
    page = Page(str(show("alpha", made)))
    expected = {
        (row["number_start"], row["number_end"])
        for frame in (made.targets, made.unclaimed)
        for row in frame[frame["plan_id"] == "alpha"].to_dict("records")
    }
    marks = page.numbers()
    assert sorted((m["start"], m["end"]) for m in marks) == sorted(expected)
    assert all((int(m["data-start"]), int(m["data-end"])) == (m["start"], m["end"]) for m in marks)
    kinds = {page.text[m["start"] : m["end"]]: m["class"] for m in marks}
    assert "target" in kinds["20家以上"]
    assert "masked" in kinds["X名"]
    assert "target" in kinds["3\n个"]
    assert "unclaimed" in kinds["100万元"]


def test_unclaimed_numbers_say_why(made: Tables) -> None:
    page = Page(str(show("alpha", made)))
    reasons = {page.text[m["start"] : m["end"]]: m["aria-label"] for m in page.numbers() if "unclaimed" in m["class"]}
    assert "奖补额度" in reasons["100万元"]
    assert "已有成绩" in reasons["5个"]


def test_sentences_carry_their_theme_and_what_decided_it(made: Tables) -> None:
    page = Page(str(show("beta", made)))
    chips = [e for e in page.elements if "chip" in (e.get("class") or "").split()]
    assert [c["data-label"] for c in chips] == [name_theme(t) for t in ("enterprises", "talent", "enterprises")]
    assert all(c["aria-label"].startswith(f"第 {n} 句；主题：") for n, c in enumerate(chips, 1))
    assert "所在部分的标题" in chips[0]["aria-label"]


def test_nothing_of_the_source_becomes_markup(made: Tables) -> None:
    html = str(show("alpha", made))
    page = Page(html)
    assert HOSTILE in page.text
    assert html.count("<script>") == 1
    assert not [tag for tag, _ in page.tags if tag in ("img", "iframe", "object", "link")]
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    assert not [found["href"] for _, found in page.tags if (found.get("href") or "").startswith("javascript")]
    policy = next(found["content"] for _, found in page.tags if found.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in str(policy)
    assert "unsafe" not in str(policy)


def test_page_loads_nothing(made: Tables) -> None:
    html = str(show("alpha", made))
    assert not re.findall(r"""(?:src|href)=["']https?:|@import|url\(""", html)


def test_page_says_what_it_is_to_a_screen_reader(made: Tables) -> None:
    page = Page(str(show("alpha", made)))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == 1
    assert "main" in tags
    assert next(found for tag, found in page.tags if tag == "html")["lang"] == "zh-CN"
    assert all(m["tabindex"] == "0" and m["role"] == "button" and m["aria-label"] for m in page.numbers())
    assert [page.text[e["start"] : e["end"]] for e in page.elements if e["tag"] == "h3"] == ["一、总体目标"]
    ids = [found["id"] for _, found in page.tags if found.get("id")]
    assert len(ids) == len(set(ids))


def test_targets_with_one_number_share_its_mark(made: Tables) -> None:
    twin = made.targets[made.targets["target_id"] == "gamma-0"].assign(target_id="gamma-twin", indicator="tech_smes")
    both = replace(made, targets=type(twin)(_concat(made.targets, twin)))
    page = Page(str(show("gamma", both)))
    (mark,) = page.numbers()
    assert mark["data-cards"].split() == ["t1", "t2"]
    assert mark["data-indicator"].split() == ["hightech_firms", "tech_smes"]
    assert page.text == TEXTS["gamma"]


def _concat(*frames: Any) -> Any:
    import pandas as pd

    return pd.concat(frames, ignore_index=True)


_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\x00\r") | st.sampled_from("<>&\"'\n；1家")


@given(
    text=st.text(_CHARACTERS, max_size=60),
    cuts=st.lists(st.integers(0, 60), min_size=2, max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_any_text_and_any_spans_keep_the_text(text: str, cuts: list[int]) -> None:
    edges = sorted(min(cut, len(text)) for cut in cuts)
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    sentences = [ThemedSentence(n, a, b, "none", text, text) for n, (a, b) in enumerate(spans, 1)]
    numbers = [
        Number(f"t{n}", a, max(a, b - 1), max(a - 3, 0), b, n % 2 == 0, False, "", "", text)
        for n, (a, b) in enumerate(spans, 1)
        if b - 1 > a
    ]
    page = Page(f"<article>{mark_up(text, sentences, numbers, [text], text)}</article>")
    assert page.text == text
    assert sorted(card for m in page.numbers() for card in m["data-cards"].split()) == sorted(n.card for n in numbers)


def test_what_html_cannot_hold_is_replaced_one_for_one() -> None:
    assert Page(f"<article>{mark_up(chr(0) + 'a' + chr(13) + 'b', [], [])}</article>").text == "\ufffda\rb"


def test_notebook_gets_a_sandboxed_frame(made: Tables) -> None:
    frame = show("beta", made)._repr_html_()
    page = Page(frame)
    (tag, found) = page.tags[0]
    assert tag == "iframe"
    assert "allow-same-origin" not in str(found["sandbox"])
    assert found["srcdoc"] == str(show("beta", made))


@pytest.mark.parametrize("name", ["alpha", "alpha.txt", "甲市"])
def test_plan_is_found_by_id_file_or_city(made: Tables, name: str) -> None:
    assert show(name, made).plan_id == "alpha"


def test_unknown_plan_is_an_error_that_lists_the_plans(made: Tables) -> None:
    with pytest.raises(CompareError, match="alpha, beta, gamma"):
        show("丁市", made)


def test_text_of_another_build_is_an_error(made: Tables) -> None:
    (made.folder / "text" / "beta.txt").write_text("别的文字", encoding="utf-8")
    with pytest.raises(BuildError, match="plancompare build"):
        show("beta", made)


def test_written_where_asked_and_the_same_each_time(made: Tables, tmp_path: Path) -> None:
    page = write_reading("beta", made, tmp_path / "html")
    assert page == tmp_path / "html" / "beta.html"
    other = write_reading("beta", made, tmp_path / "阅读.html")
    assert other.read_bytes() == page.read_bytes()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(WHY_NOT)
    with Browser() as opened:
        yield opened


@pytest.fixture
def opened(browser: Browser, made: Tables, tmp_path: Path) -> Browser:
    browser.open(write_reading("alpha", made, tmp_path))
    return browser


def test_browser_shows_the_text_in_chinese_glyphs(opened: Browser) -> None:
    assert opened.run("document.getElementById('plan-text').textContent") == TEXTS["alpha"]
    fonts = opened.fonts("#plan-text")
    chinese = sum(count for name, count in fonts.items() if "CJK" in name or "Han" in name)
    assert chinese > 0.9 * sum(fonts.values()), fonts
    assert opened.requests() == []
    assert opened.complaints() == []


def test_browser_filters_by_indicator_and_theme(opened: Browser) -> None:
    choose = """(id, value) => {
      const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event('change'))}"""
    live = "[...document.querySelectorAll('article mark:not(.off)')].map(e => e.textContent)"
    opened.run(f"({choose})('by-indicator', 'tech_contract_value')")
    assert opened.run(live) == ["1.5亿元", "10%"]
    assert opened.run("document.getElementById('shown').textContent") == "显示 2 / 5 个目标"
    assert opened.run("[...document.querySelectorAll('.card:not(.off):not(.other)')].length") == 2
    opened.run(f"({choose})('by-indicator', '')")
    opened.run(f"({choose})('by-theme', 'talent')")
    assert opened.run(live) == ["X名"]
    assert opened.run("document.querySelectorAll('mark.off').length") == 4
    opened.run("document.getElementById('others').click()")
    assert opened.run("getComputedStyle(document.querySelector('article .unclaimed')).textDecorationLine") == "none"


def test_browser_shows_fields_by_click_and_by_keyboard(opened: Browser) -> None:
    opened.run("document.querySelector('article mark.target').click()")
    assert "高新技术企业" in opened.run("document.querySelector('.card[open]').innerText")
    assert opened.run("document.querySelector('article mark.target').getAttribute('aria-pressed')") == "true"
    opened.run("document.querySelector('article mark.target').focus()")
    opened.press("ArrowRight", 39)
    assert opened.run("document.activeElement.textContent") == "X名"
    assert "原文隐去" in opened.run("document.querySelector('.card[open]').innerText") or opened.run(
        "document.querySelector('.card[open] .value').classList.contains('masked')"
    )
    opened.press("Escape", 27)
    assert opened.run("document.querySelectorAll('.card[open]').length") == 0
    opened.press("Enter", 13)
    assert opened.run("document.querySelectorAll('.card[open]').length") == 1


def test_browser_explains_a_theme_and_follows_a_link(browser: Browser, made: Tables, tmp_path: Path) -> None:
    browser.open(write_reading("alpha", made, tmp_path), "#alpha-3")
    assert browser.run("document.querySelector('.card[open] .value').textContent") == "10%"
    browser.run("document.querySelectorAll('.chip')[2].click()")
    assert HOSTILE in browser.run("document.getElementById('sentence-info').textContent")
    assert browser.run("document.querySelectorAll('.sentence.lit').length") >= 1


def test_browser_runs_it_inside_a_notebook_page(browser: Browser, made: Tables, tmp_path: Path) -> None:
    frame = new_output("execute_result", {"text/html": show("alpha", made)._repr_html_()}, execution_count=1)
    page = tmp_path / "notebook.html"
    page.write_text(export_page(new_notebook(cells=[new_code_cell("show", outputs=[frame])])), encoding="utf-8")
    browser.open(page)
    browser.enter_frame()
    assert browser.run("document.getElementById('plan-text').textContent") == TEXTS["alpha"]
    assert browser.run("document.getElementById('shown').textContent") == "显示 5 / 5 个目标"
    assert browser.complaints() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_browser_text_has_contrast(opened: Browser, scheme: str) -> None:
    opened.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    worst = opened.run(_CONTRAST)
    opened.call("Emulation.setEmulatedMedia", features=[])
    assert worst["ratio"] >= 4.5, worst


_CONTRAST = """(() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const linear = (v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const lum = (c) => c.slice(0, 3).reduce((s, v, i) => s + linear(v / 255) * [.2126, .7152, .0722][i], 0);
  const back = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  let worst = {ratio: 99};
  for (const e of document.querySelectorAll('article *, .panel *, header *, .filters *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.dataset.label;
    if (!own || e.closest('select')) continue;
    const style = getComputedStyle(e);
    const a = lum(parse(style.color)), b = lum(back(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst.ratio) worst = {ratio, what: `${e.className}: ${e.textContent || e.dataset.label}`};
  }
  return worst;
})()"""
