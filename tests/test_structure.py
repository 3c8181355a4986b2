"""Sentences, headings and offsets, also in text that was broken to fit a page."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.structure import fold_text, read_structure
from compare.structure.folding import fold_widths

RAW = Path(__file__).parent.parent / "data" / "raw"
PLANS = sorted(RAW.glob("*.txt"))


def wrap(text: str, width: int) -> str:
    """Break every line of a text after `width` characters, as a PDF does."""
    lines = []
    for line in text.split("\n"):
        lines += [line[i : i + width] for i in range(0, max(len(line), 1), width)]
    return "\n".join(lines)


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.stem)
def test_every_sentence_is_an_exact_piece_of_the_text(plan):
    text = plan.read_text(encoding="utf-8")
    document = read_structure(text)
    places = [(s.start, s.end) for s in document.sentences]
    assert all(text[s.start : s.end] == s.text for s in document.sentences)
    assert places == sorted(places)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(places))


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.stem)
def test_lines_broken_to_fit_a_page_are_joined_again(plan):
    text = plan.read_text(encoding="utf-8")
    whole = [s.plain for s in read_structure(text).sentences]
    broken = [s.plain for s in read_structure(wrap(text, 38)).sentences]
    assert len(set(whole) & set(broken)) / len(set(whole)) > 0.95


def test_headings_stand_above_their_sentences():
    document = read_structure(
        "2024年全市科技工作要点\n一、总体要求\n深入实施创新驱动发展战略。\n二、重点任务\n（一）建设创新平台\n"
        "1.培育重点实验室。支持企业建设实验室。一是抓申报。组织申报省级平台。二是抓建设。新建平台3家。\n"
    )
    by_text = {s.plain: s for s in document.sentences}
    assert document.title == "2024年全市科技工作要点"
    assert by_text["深入实施创新驱动发展战略。"].path == ("一、总体要求",)
    assert by_text["新建平台3家。"].path == ("二、重点任务", "（一）建设创新平台", "1.培育重点实验室", "二是抓建设")
    assert by_text["新建平台3家。"].item == "二是"
    assert by_text["1.培育重点实验室。"].is_heading
    assert not by_text["新建平台3家。"].is_heading


def test_a_numbered_target_is_no_heading():
    document = read_structure("主要目标\n（一）全市技术合同成交额达到85亿元。\n（二）新增高新技术企业200家。\n")
    assert [s.is_heading for s in document.sentences] == [True, False, False]


def test_page_furniture_is_left_out_of_the_sentences():
    document = read_structure(
        wrap("全市科技工作取得新的进展，创新能力不断提升，" * 12, 30) + "\n— 3 —\n# Page 12:\n第 4 页\n"
    )
    assert not any("Page" in s.plain or "3" in s.plain or "第" in s.plain for s in document.sentences)


@given(st.text(alphabet="一二、（）2０ \n　，。；新增家％,.\t\u200b—-“”x", max_size=300))
def test_structure_of_any_text_keeps_every_offset(text):
    document = read_structure(text)
    for sentence in document.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert fold_widths(sentence.text).replace(" ", "").replace("\n", "") == sentence.plain.replace(" ", "") or (
            "\u200b" in sentence.text
        )


@given(st.text(max_size=200))
def test_folding_widths_changes_no_length(text):
    assert len(fold_widths(text)) == len(text)


@given(st.text(alphabet="新增 20\n家，", min_size=1, max_size=80), st.data())
def test_every_span_of_the_plain_form_leads_back_to_its_characters(text, data):
    plain = fold_text(text, [(0, len(text))])
    body = plain.text[:-1]
    if body:
        start = data.draw(st.integers(0, len(body) - 1))
        end = data.draw(st.integers(start + 1, len(body)))
        low, high = plain.locate(start, end)
        assert fold_widths(text[low:high]).replace(" ", "").replace("\n", "") == body[start:end].replace(" ", "")
