"""Themes: what a sentence is about, with the terms and headings that decided."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from compare.errors import VocabularyError
from compare.schema import THEMES
from compare.structure import read_structure
from compare.themes import Theming, score_themes
from compare.themes.terms import TermMatcher
from compare.vocabulary.loading import vocabulary_text
from compare.vocabulary.themes import load_themes, read_themes

HERE = Path(__file__).parent
RAW = HERE.parent / "data" / "raw"
CASES = yaml.safe_load((HERE / "cases" / "themes.yml").read_text(encoding="utf-8"))
VOCABULARY = load_themes()
PLANS = ("bazhong", "county_x", "ganzhou", "luan", "tengzhou")


def theming(text: str) -> Theming:
    return score_themes(read_structure(text))[0]


@pytest.mark.parametrize(
    ("theme", "sentence"), [(t.id, s) for t in VOCABULARY.themes for s in t.examples], ids=lambda v: v[:24]
)
def test_examples_in_the_vocabulary_get_their_theme(theme, sentence):
    assert theming(sentence).theme == theme


@pytest.mark.parametrize(
    ("theme", "sentence"), [(t.id, s) for t in VOCABULARY.themes for s in t.counterexamples], ids=lambda v: v[:24]
)
def test_counterexamples_in_the_vocabulary_do_not_get_the_theme(theme, sentence):
    assert theming(sentence).theme != theme


@pytest.mark.parametrize(
    ("theme", "sentence"), [(t, s) for t, sentences in CASES["alone"].items() for s in sentences], ids=lambda v: v[:24]
)
def test_a_sentence_gets_the_theme_a_reader_gives_it(theme, sentence):
    assert theming(sentence).theme == theme


@pytest.mark.parametrize("case", CASES["plans"], ids=str)
def test_headings_and_neighbours_inform_a_sentence(case):
    document = read_structure(CASES["plans"][case]["text"])
    found = [(s.plain, t.theme) for s, t in zip(document.sentences, score_themes(document), strict=True)]
    assert [theme for _, theme in found] == CASES["plans"][case]["themes"], found


def test_every_theme_has_examples_counterexamples_and_a_broad_vocabulary():
    assert tuple(t.id for t in VOCABULARY.themes) == THEMES
    for theme in VOCABULARY.themes:
        assert len(theme.examples) >= 10, theme.id
        assert len(theme.counterexamples) >= 3, theme.id
        assert len(theme.terms) >= 60, theme.id


def test_the_terms_that_decided_are_named_strongest_first():
    found = theming("引进高层次人才10名，完善人才服务。")
    assert found.terms[0] == "高层次人才"
    assert "section" not in found.terms


def test_the_longest_term_is_named_and_not_its_parts():
    assert theming("深化产学研合作。").terms == ("产学研合作",)


def test_section_is_named_where_the_heading_decided():
    document = read_structure("一、加强党的建设\n1.突出重点。持续用力，久久为功。\n")
    assert score_themes(document)[-1].terms == ("section",)


def test_a_term_does_not_count_inside_an_exclusion():
    assert theming("组织市民参观人才公园。").theme != "talent"
    assert "人才公园" not in theming("在人才公园开展科普宣传。").terms


def test_an_exclusion_of_one_theme_leaves_the_others_alone():
    assert theming("深入推行科技特派员制度。").theme == "agriculture"


def test_quotation_marks_inside_a_term_do_not_hide_it():
    assert theming("选派“三区”科技人才60名。").theme == "agriculture"
    assert theming("深化“放管服”改革。").terms[0] == "放管服"


def test_a_second_theme_of_weight_is_named():
    found = theming("引进高层次人才20名，新建省级重点实验室3家。")
    assert (found.theme, found.also) == ("talent", ("platforms",))


def test_a_clear_sentence_is_surer_than_a_mixed_one():
    clear = theming("新认定高新技术企业30家。")
    mixed = theming("引进高层次人才20名，新建省级重点实验室3家。")
    assert 0 <= mixed.confidence < 0.75 < clear.confidence <= 1


def test_where_and_what_for_count_less_than_what_is_done():
    assert theming("围绕乡村振兴，引进高层次人才10名。").theme == "talent"
    assert theming("新建省级重点实验室3家，助力产业发展。").theme == "platforms"


def test_the_subject_of_the_whole_plan_does_not_hide_what_a_section_is_about():
    sections = "".join(f"（{n}）提升森林碳汇能力。加强森林、湿地保护修复。\n" for n in "一二三四五六七八九")
    document = read_structure(f"一、主要任务\n{sections}（十）加强林草人才队伍建设。引进和培养林草人才。\n")
    assert [t.theme for t in score_themes(document)][-2:] == ["talent", "talent"]


@pytest.mark.parametrize("text", ["", "\n\n", "。", "abc\n", "4711\n"])
def test_a_text_without_anything_to_score_gives_one_theming_per_sentence(text):
    document = read_structure(text)
    assert [t.theme for t in score_themes(document)] == ["none"] * len(document.sentences)


def test_the_same_plan_gives_the_same_themes():
    document = read_structure((RAW / "ganzhou.txt").read_text(encoding="utf-8"))
    assert score_themes(document) == score_themes(document)


def test_no_term_names_a_place_the_plans_are_from():
    with (RAW / "plans.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    places = {row[key].rstrip("市县省") for row in rows for key in ("city", "province") if row.get(key)}
    text = vocabulary_text("themes.yml")
    assert [p for p in places if len(p) > 1 and p in text] == []


@pytest.mark.parametrize("plan", PLANS)
def test_each_coded_plan_is_themed_as_its_coder_did(plan):
    right, counting_also, total = _agreement(plan)
    assert right / total >= 0.86
    assert counting_also / total >= 0.94


def test_all_coded_plans_together_reach_the_accuracy_that_is_published():
    right, counting_also, total = (sum(n) for n in zip(*map(_agreement, PLANS), strict=True))
    assert right / total >= 0.92
    assert counting_also / total >= 0.96


def _agreement(plan: str) -> tuple[int, int, int]:
    """Sentences with the coder's theme, with that or a further one of the coder's, and all."""
    document = read_structure((RAW / f"{plan}.txt").read_text(encoding="utf-8").removeprefix("\ufeff"))
    built = [(s.start, s.end, t.theme) for s, t in zip(document.sentences, score_themes(document), strict=True)]
    right = counting_also = 0
    coded = _read(HERE / "gold" / f"{plan}.themes.csv")
    for sentence, code in zip(_read(HERE / "gold" / f"{plan}.sentences.csv"), coded, strict=True):
        start, end = int(sentence["start"]), int(sentence["end"])
        cover: Counter[str] = Counter()
        for built_start, built_end, theme in built:
            cover[theme] += max(0, min(end, built_end) - max(start, built_start))
        theme = cover.most_common(1)[0][0]
        right += theme == code["theme"]
        counting_also += theme in (code["theme"], *code["also"].split(";"))
    return right, counting_also, len(coded)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


SHIPPED = vocabulary_text("themes.yml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  decay: 0.45", "  decoy: 0.45", "decoy"),
        ("  decay: 0.45", "  decay: high", "decay"),
        ("    zh: 人才", "    zh: 人才\n    colour: red", "colour"),
        ("  talent:\n", "  talents:\n", "talents"),
        ("      2: [团队, ", "      2: [引才, ", "引才"),
        ("      2: [团队, ", "      -2: [团队, ", "-2"),
        ("      2: [团队, ", "      2: [500, ", "500"),
        ("    exclusions: [人才公园", "    exclusions: [引才, 人才公园", "引才"),
    ],
)
def test_a_mistake_in_the_vocabulary_is_named_with_its_place(old, new, says):
    assert SHIPPED.count(old) == 1, "the replaced line is gone from themes.yml: choose another"
    with pytest.raises(VocabularyError) as caught:
        read_themes(SHIPPED.replace(old, new), "mine.yml")
    assert says in str(caught.value)
    assert "mine.yml line" in str(caught.value)


def test_a_vocabulary_without_openers_or_overviews_still_works():
    text = SHIPPED
    for key in ("background", "purpose", "overview", "neutral"):
        text = re.sub(rf"^  {key}: \[[^\]]*\]", f"  {key}: []", text, flags=re.MULTILINE)
    matcher = TermMatcher(read_themes(text))
    assert matcher.judge_heading("一、总体要求") == matcher.judge_heading("二、重点任务") == ""
    text = "围绕人才，建设重点实验室，助力乡村振兴。"
    clauses, whole = matcher.find_evidence([text], [False]), matcher.find_evidence([text], [True])
    assert clauses.scores.tolist() == whole.scores.tolist()
