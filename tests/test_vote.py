"""The vote on themes: trained from coded sentences, scored on plans it has not seen, heard in the review only."""

from __future__ import annotations

import csv
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from typer.testing import CliRunner

from compare.cli.commands import app
from compare.corrections import THEME_COLUMNS, read_corrections, review_themes
from compare.errors import VocabularyError
from compare.evaluate import (
    Scores,
    format_vote,
    format_vote_markdown,
    put_between_marks,
    read_examples,
    read_lessons,
    score_vote,
    teach,
    voting,
)
from compare.evaluate.report import format_confusion
from compare.schema import SENTENCES, THEMES
from compare.themes import (
    SHIPPED_VOTE,
    Labelled,
    VoteSettings,
    join_sections,
    load_vote,
    read_vote,
    train_vote,
    write_vote,
)

HERE = Path(__file__).parent
GOLD, RAW, CASES = HERE / "gold", HERE.parent / "data" / "raw", HERE / "cases" / "themes.yml"
CODED = [GOLD, *([HERE / "invented"] if any((HERE / "invented").glob("*.themes.csv")) else [])]
FEW = [Labelled("引进高层次人才。", "", "talent"), Labelled("培养高层次人才。", "", "talent"),
       Labelled("引进人才团队。", "", "talent"), Labelled("建设重点实验室。", "", "platforms"),
       Labelled("新建重点实验室。", "", "platforms"), Labelled("争创实验室。", "", "platforms")]  # fmt: skip


@pytest.fixture(scope="module")
def lessons():
    return read_lessons(CODED, RAW, None)


@pytest.fixture(scope="module")
def gold(lessons):
    return {lesson.name for lesson in lessons if lesson.folder == str(GOLD)}


@pytest.fixture(scope="module")
def examples():
    return read_examples(CASES)


@pytest.fixture(scope="module")
def scores(lessons, examples, gold):
    return score_vote(lessons, examples, names=gold)


def test_the_shipped_vote_is_what_training_makes(lessons, examples):
    shipped, anew = load_vote(), teach(lessons, examples)
    assert shipped.themes == anew.themes == (*THEMES, "none")
    assert shipped.terms == anew.terms, "coded sentences or examples have changed: run `plancompare train`"
    assert shipped.seen == anew.seen
    np.testing.assert_allclose(shipped.weights, anew.weights, atol=0.02)


def test_the_shipped_vote_is_small_and_readable():
    content = SHIPPED_VOTE.read_bytes()
    assert len(content) < 400_000
    assert set(json.loads(content)) == {"about", "settings", "themes", "bias", "seen", "terms"}
    assert "人才" in json.loads(content)["terms"]


def test_on_plans_it_has_not_seen_the_vote_reaches_what_is_asked_of_anything_trained(scores):
    figures = scores.figures("vote")
    assert scores.plans == 5
    assert figures["accuracy"] >= 0.88
    assert figures["accuracy_also"] >= 0.94
    assert figures["macro_f1"] >= 0.85
    assert figures["profile_error_pp"] <= 1.2


def test_figures_of_the_vote_are_scikit_learns(scores):
    pairs = list(scores.vote.elements())
    coded, voted = zip(*pairs, strict=True)
    figures = scores.figures("vote")
    assert figures["accuracy"] == pytest.approx(metrics.accuracy_score(coded, voted), abs=1e-4)
    present = sorted(set(coded))
    expected = metrics.f1_score(coded, voted, labels=present, average="macro")
    assert figures["macro_f1"] == pytest.approx(expected, abs=1e-4)


def test_what_is_published_is_what_is_measured(scores):
    page = (HERE.parent / "docs" / "themes.md").read_text(encoding="utf-8")
    filled = put_between_marks(page, lambda _: format_vote_markdown(scores), "vote")
    assert page == filled, "run `plancompare train --into docs/themes.md`"
    matrix = "\n".join(format_confusion(Scores(confusion=scores.lexicon))[2:])
    assert matrix in page, "copy the confusion matrix of `plancompare evaluate tests/gold` into docs/themes.md"


def test_the_lexicon_decides_because_it_is_right_more_often(scores):
    assert scores.figures("lexicon")["accuracy"] > scores.figures("vote")["accuracy"]


def test_the_review_finds_most_wrong_themes_in_few_sentences(scores):
    review = scores.review
    listed = review["both"] + review["differs"] + review["unsure"]
    assert review["wrong"] - review["unlisted_wrong"] >= 0.7 * review["wrong"]
    assert listed <= 0.25 * scores.vote.total()
    assert review["both_wrong"] >= 0.4 * review["both"]


def test_no_plan_is_voted_on_by_a_vote_that_has_seen_it(lessons, examples, monkeypatch):
    taught: list[set[str]] = []

    def train(sentences, settings):
        taught.append({s.text for s in sentences})
        return train_vote(FEW, settings)

    monkeypatch.setattr(voting, "train_vote", train)
    score_vote(lessons, examples)
    assert len(taught) == len(lessons)
    for lesson, texts in zip(lessons, taught, strict=True):
        assert not texts & {s.text for s in lesson.labelled}
        own = "".join(lesson.document.text.split())
        foreign = [s.text for s in examples if s.text in texts]
        assert foreign
        assert not [t for t in foreign if any(t[i : i + 8] in own for i in range(len(t) - 7))]


def test_examples_are_those_of_the_vocabulary_and_of_the_cases(examples):
    alone = read_examples()
    assert examples[: len(alone)] == alone
    under = [s for s in examples if s.headings.endswith("（一）做优孵化载体")]
    assert {s.theme for s in under} == {"platforms"}
    assert "力争全年新增3家以上" in under[0].section


def test_a_plan_may_teach_without_being_scored(lessons, examples):
    one = score_vote(lessons, examples, names={lessons[0].name})
    assert (one.plans, one.vote.total()) == (1, len(lessons[0].right))


def test_lexicon_figures_are_those_of_an_evaluation(scores):
    assert scores.lexicon.total() == 435
    assert scores.figures("lexicon")["accuracy_also"] >= scores.figures("lexicon")["accuracy"] >= 0.92


def test_one_plan_alone_cannot_be_scored(lessons, examples):
    alone = score_vote(lessons[:1], examples)
    assert alone.plans == 0
    assert "no two coded plans" in format_vote(alone)


def test_the_vote_reads_sentence_and_headings():
    vote = train_vote(FEW)
    assert [theme for theme, _ in vote.cast(["高层次人才", "重点实验室", "加油鼓劲"], ["", "", "重点实验室"])] == [
        "talent", "platforms", "platforms",
    ]  # fmt: skip
    assert all(0.5 <= chance <= 1 for _, chance in vote.cast(["高层次人才"], [""]))
    assert vote.cast([], []) == []


def test_what_stands_under_the_same_headings_informs_a_sentence():
    texts = ["一、其他工作", "建设重点实验室，新建重点实验室。", "加油鼓劲。", "加油鼓劲。"]
    headings = ["", "一、其他工作", "一、其他工作", "一、其他工作"]
    assert join_sections(texts, headings)[0] == "\n".join(texts[1:])
    assert join_sections(texts, headings, ["a", "a", "a", "b"])[2:] == ["\n".join(texts[1:3]), "加油鼓劲。"]
    deaf = train_vote(FEW, VoteSettings(section=0.0))
    (_, alone), (theme, informed) = deaf.cast(texts, headings)[2], train_vote(FEW).cast(texts, headings)[2]
    assert theme == "platforms"
    assert informed > alone


def test_what_a_sentence_opens_with_counts_most():
    between = "，" * 22 + "其中包括与此有关的"
    found = train_vote(FEW).cast([f"重点实验室{between}引进人才", f"引进人才{between}重点实验室"], ["", ""])
    assert [theme for theme, _ in found] == ["platforms", "talent"]


def test_line_breaks_inside_a_sentence_do_not_matter():
    vote = load_vote()
    assert vote.cast(["引进高层\n次人 才10名。"], [""]) == vote.cast(["引进高层次人才10名。"], [""])
    assert train_vote(FEW).has_seen("引进高层\n次人才。")


def test_a_vote_survives_its_file(tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    write_vote(train_vote(FEW), first)
    write_vote(read_vote(first), second)
    assert first.read_bytes() == second.read_bytes()
    write_vote(train_vote(FEW), second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "content",
    [None, b"", b"[]", b"{}", pickle.dumps({"themes": []}),
     b'{"themes": ["luck"], "bias": [0], "seen": [], "settings": {}, "terms": {"a": [1, 2]}}',
     b'{"themes": ["talent"], "bias": [0], "seen": [], "settings": {}, "terms": {"a": [1, 2, 3]}}',
     b'{"themes": ["talent"], "bias": [0], "seen": [], "settings": {}, "terms": {"a": [1, NaN]}}',
     b'{"themes": ["talent"], "bias": [0], "seen": [], "settings": {"depth": 1}, "terms": {"a": [1, 2]}}'],
)  # fmt: skip
def test_a_file_that_is_no_vote_is_refused(tmp_path, content):
    path = tmp_path / "vote.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VocabularyError, match="plancompare train"):
        read_vote(path)


@pytest.mark.parametrize("sentences", [[], FEW[:3], [Labelled("甲", "", "talent"), Labelled("乙", "", "platforms")]])
def test_too_few_sentences_are_refused(sentences):
    with pytest.raises(VocabularyError, match="Code"):
        train_vote(sentences)


def frame(*rows: tuple) -> pd.DataFrame:
    cells = [
        {"plan_id": "p", "n": n, "text": text, "theme": theme, "confidence": sure, "terms": terms}
        for n, (text, theme, sure, terms) in enumerate(rows, 1)
    ]
    columns = {c.name: c.dtype for c in SENTENCES.columns}
    return pd.DataFrame(cells, columns=list(columns)).astype(columns).fillna({"section": ""})


def test_the_review_lists_the_most_doubtful_first_and_changes_nothing():
    sentences = frame(
        ("引进高层次人才10名。", "talent", 0.95, ""),
        ("引进高层次人才20名。", "talent", 0.7, ""),
        ("引进高层次人才30名。", "finance", 0.9, ""),
        ("引进高层次人才40名。", "finance", 0.6, ""),
        ("引进高层次人才50名。", "finance", 0.5, ""),
        ("引进高层次人才60名。", "finance", 1.0, "correction"),
    )
    before = sentences.copy()
    found = review_themes(sentences)
    assert found["n"].tolist() == [5, 4, 3, 2]
    assert found["differs"].tolist() == [True, True, True, False]
    assert found["unsure"].tolist() == [True, True, False, True]
    assert set(found["vote"]) == {"talent"}
    assert not found["coded"].any()
    pd.testing.assert_frame_equal(sentences, before)
    assert review_themes(sentences, sure=0.55)["n"].tolist() == [5, 4, 3]


def test_a_line_of_the_review_is_a_correction_ready_to_be_pasted(tmp_path):
    rows = (("引进高层\n次人才，10名。", "finance", 0.6, ""), ("引进高层次人才。", "talent", 0.6, ""))
    found = review_themes(frame(*rows))
    lines = [",".join(THEME_COLUMNS), *found["correction"]]
    (tmp_path / "themes.csv").write_text("\n".join(lines), encoding="utf-8")
    read = read_corrections(tmp_path)
    assert [(c.plan_id, c.theme) for c in read.themes] == [("p", "talent")]
    assert "'theme' is empty" in read.problems[0].message


def test_a_review_of_nothing_is_an_empty_table():
    assert review_themes(frame()).empty
    assert list(review_themes(frame()).columns) == list(review_themes(frame(("文字", "none", 0.5, ""))).columns)


def test_sentences_the_vote_was_trained_on_are_marked(tables):
    found = review_themes(tables.sentences)
    assert found["coded"].mean() > 0.9
    assert 0 < len(found) < 0.25 * len(tables.sentences)


@pytest.fixture
def project_copy(tmp_path):
    """A project of two plans, their coded sentences and corrections to be written."""
    for name in ("county_x", "bazhong"):
        for folder, files in ((GOLD, GOLD.glob(f"{name}.*")), (RAW, [RAW / f"{name}.txt"])):
            target = tmp_path / folder.relative_to(HERE.parent)
            target.mkdir(parents=True, exist_ok=True)
            for file in files:
                shutil.copy(file, target)
    (tmp_path / "data" / "raw" / "new.txt").write_text("一、工作\n大力发展低空经济。\n", encoding="utf-8")
    (tmp_path / "data" / "corrections").mkdir()

    def correct(*rows: tuple[str, str, str]) -> Path:
        with open(tmp_path / "data" / "corrections" / "themes.csv", "w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([("plan_id", "quote", "theme"), *rows])
        return tmp_path

    return correct


def read_project(folder: Path, problems: list | None = None):
    say = (problems if problems is not None else []).append
    data = folder / "data"
    return read_lessons([folder / "tests" / "gold"], data / "raw", data / "corrections", say=say)


def test_a_corrected_sentence_is_learnt_whether_or_not_the_lexicon_agrees(project_copy):
    lessons = read_project(project_copy(("new", "大力发展低空经济。", "industry"), ("new.txt", "一、工作", "reform")))
    assert lessons[-1].labelled == (
        Labelled("一、工作", "", "reform", "大力发展低空经济。"),
        Labelled("大力发展低空经济。", "一、工作", "industry", "大力发展低空经济。"),
    )
    assert lessons[-1].right == ()


def test_a_correction_outranks_the_coding_of_the_same_sentence(project_copy):
    quote = "2022年巴中市科学技术局工作要点"
    before, after = (
        {s.text: s.theme for lesson in read_project(project_copy(*rows)) for s in lesson.labelled}
        for rows in ((), [("bazhong", quote, "reform")])
    )
    assert (before[quote], after[quote]) == ("none", "reform")
    assert len(before) == len(after)


def test_stale_and_wrong_corrections_are_named_when_training(project_copy):
    problems: list = []
    lines = (("new", "没有这句话。", "talent"), ("gone", "一、工作", "talent"), ("new", "一、工作", "luck"))
    read_project(project_copy(*lines), problems)
    assert sorted(p.message.split(":")[0] for p in problems) == ["line 2", "line 3", "line 4"]
    assert all(p.costs for p in problems)


def test_the_command_trains_and_says_how_good_the_vote_is(project_copy):
    folder = project_copy(("new", "大力发展低空经济。", "industry"))
    out = folder / "vote.json"
    shipped = SHIPPED_VOTE.read_bytes()
    options = ["train", "--raw", str(folder / "data" / "raw"), "--out", str(out)]
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0, done.output
    assert "sentences of 3 plans" in done.output
    assert "on 2 coded plans" in done.output
    assert "lexicon" in done.output
    assert read_vote(out).has_seen("大力发展低空经济。")
    assert SHIPPED_VOTE.read_bytes() == shipped
    project_copy(("new", "没有这句话。", "industry"))
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 1
    assert "line 2" in done.output
    for option in ("--coded", "--cases", "--into"):
        assert CliRunner().invoke(app, [*options, option, str(folder / "nowhere")]).exit_code == 2


def test_coded_plans_of_a_second_folder_teach_and_are_not_scored(project_copy, tmp_path):
    folder = project_copy()
    more = tmp_path / "more"
    more.mkdir()
    for file in [*GOLD.glob("luan.*"), RAW / "luan.txt"]:
        shutil.copy(file, more)
    options = ["--raw", str(folder / "data" / "raw"), "--out", str(folder / "vote.json"), "--cases", str(CASES)]
    coded = ["--coded", str(folder / "tests" / "gold"), "--coded", str(more)]
    page = tmp_path / "page.md"
    page.write_text("<!-- vote:begin -->\n<!-- vote:end -->\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["train", *options, *coded, "--into", str(page)])
    assert done.exit_code == 0, done.output
    assert "of 3 plans and" in done.output
    assert "on 2 coded plans" in done.output
    assert "coded down, built across" in done.output
    assert "| vote | " in page.read_text(encoding="utf-8")
