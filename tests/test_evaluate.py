"""The scores of an evaluation, on small cases counted by hand and against the scorer they were specified by."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from compare.errors import BuildError
from compare.evaluate import evaluate_folder, format_markdown, format_text, read_coded, score_tables
from compare.evaluate.matching import agrees
from compare.evaluate.report import put_between_marks

TEXT = "新增企业20家以上，引进人才10人，举办活动8场，争取资金X万元。去年建成平台3个。\n推进落实。\n"
CODED = ["id", "status", "quote", "num_text", "indicator", "indicator_zh", "tier", "value_min", "value_max", "unit",
         "bound", "measure", "masked", "headline", "year", "parent", "same_as"]  # fmt: skip
BUILT = ["target_id", "plan_id", "quote", "start", "end", "number", "number_start", "number_end", "indicator", "tier",
         "value_min", "value_max", "unit", "bound", "measure", "masked", "headline", "due_year", "parent", "same_as",
         "confidence"]  # fmt: skip


def write(path: Path, columns: list[str], rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def coded(id: str, quote: str, number: str, **more) -> dict:
    row = {"id": id, "status": "required", "quote": quote, "num_text": number, "indicator": "other", "bound": "exact",
           "measure": "flow", "unit": number[-1]}  # fmt: skip
    return row | more


def built(id: str, quote: str, number: str, **more) -> dict:
    start = TEXT.index(quote)
    at = start + quote.index(number)
    row = {"target_id": id, "plan_id": "p", "quote": quote, "start": start, "end": start + len(quote),
           "number": number, "number_start": at, "number_end": at + len(number), "indicator": "other",
           "bound": "exact", "measure": "flow", "unit": number[-1], "masked": "False", "headline": "False",
           "confidence": "1"}  # fmt: skip
    return row | more


@pytest.fixture
def score(tmp_path):
    """Score built rows against coded rows of TEXT; also returns what was said."""

    def run(coded_rows: list[dict], built_rows: list[dict], themes: list[tuple] = (), sentences: list[dict] = ()):
        gold, out = tmp_path / "gold", tmp_path / "out"
        write(gold / "p.targets.csv", CODED, coded_rows)
        (gold / "p.txt").write_text(TEXT, encoding="utf-8")
        if themes:
            spans = [(TEXT.index(s), TEXT.index(s) + len(s)) for s, *_ in themes]
            rows = [{"n": i, "start": a, "end": b, "text": TEXT[a:b]} for i, (a, b) in enumerate(spans, 1)]
            write(gold / "p.sentences.csv", ["n", "start", "end", "text"], rows)
            rows = [{"n": i, "theme": theme, "also": also} for i, (_, theme, also) in enumerate(themes, 1)]
            write(gold / "p.themes.csv", ["n", "theme", "also"], rows)
        write(out / "plans.csv", ["plan_id", "file"], [{"plan_id": "p", "file": "p.txt"}])
        write(out / "targets.csv", BUILT, built_rows)
        write(out / "sentences.csv", ["plan_id", "start", "end", "theme"], [{"plan_id": "p"} | s for s in sentences])
        said: list[str] = []
        scores = score_tables(read_coded(gold), out, say=lambda *parts: said.append(" ".join(map(str, parts))))
        return scores.as_dict(), said, scores

    return run


def test_hits_misses_and_extras_are_counted(score):
    figures, said, _ = score(
        [coded("t1", "新增企业20家以上", "20家以上"), coded("t2", "引进人才10人", "10人")],
        [built("a", "新增企业20家以上", "20家以上"), built("b", "去年建成平台3个", "3个")],
    )
    assert (figures["hits"], figures["missed"], figures["extra"], figures["offset_faults"]) == (1, 1, 1, 0)
    assert figures["detect"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert [line.split()[0] for line in said] == ["MISS", "EXTRA"]


def test_strict_and_full_look_at_more_fields(score):
    rows = [coded("t1", "新增企业20家以上", "20家以上", value_min="20", tier="county", unit="家"),
            coded("t2", "引进人才10人", "10人", value_min="10", value_max="10")]  # fmt: skip
    figures, said, _ = score(
        rows,
        [built("a", "新增企业20家以上", "20家以上", value_min="20.0", unit="家"),
         built("b", "引进人才10人", "10人", value_min="10", value_max="11")],
    )  # fmt: skip
    assert figures["detect"]["f1"] == 1.0
    assert figures["strict"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert figures["full"]["f1"] == 0.0
    assert (figures["fields"]["value_max"], figures["fields"]["tier"], figures["fields"]["unit"]) == (0.5, 0.5, 1.0)
    assert any("tier: coded 'county', built ''" in line for line in said)


def test_optional_rows_count_neither_way(score):
    figures, _, _ = score(
        [coded("t1", "新增企业20家以上", "20家以上", status="optional"),
         coded("t2", "引进人才10人", "10人", status="optional")],
        [built("a", "新增企业20家以上", "20家以上")],
    )  # fmt: skip
    assert (figures["coded"], figures["extra"]) == (0, 0)


def test_numbers_pair_when_they_share_a_third(score):
    figures, _, _ = score([coded("t1", "新增企业20家以上", "20家以上")], [built("a", "新增企业20家以上", "20")])
    assert figures["hits"] == 1
    figures, _, _ = score([coded("t1", "新增企业20家以上，引进人才10人", "20家以上，引进人才10人")],
                          [built("a", "引进人才10人", "10人")])  # fmt: skip
    assert (figures["hits"], figures["extra"]) == (0, 1)


def test_links_must_lead_to_the_right_row(score):
    rows = [coded("t1", "新增企业20家以上", "20家以上"), coded("t2", "引进人才10人", "10人", parent="t1"),
            coded("t3", "举办活动8场", "8场", same_as="t1")]  # fmt: skip
    figures, _, _ = score(rows, [
        built("a", "新增企业20家以上", "20家以上", same_as="b"), built("b", "引进人才10人", "10人", parent="a"),
        built("c", "举办活动8场", "8场", same_as="b"),
    ])  # fmt: skip
    assert figures["links"] == {"precision": 0.3333, "recall": 0.5, "f1": 0.4}


def test_an_offset_that_points_elsewhere_is_a_fault(score):
    figures, said, _ = score([], [built("a", "引进人才10人", "10人", number_start=0, number_end=3)])
    assert figures["offset_faults"] == 1
    assert said[0].startswith("OFFSET")
    figures, _, _ = score([], [built("a", "引进人才10人", "10人") | {"quote": "别的话"}])
    assert figures["offset_faults"] == 1


def test_confidence_is_held_against_strict_truth(score):
    figures, _, _ = score(
        [coded("t1", "新增企业20家以上", "20家以上"), coded("t2", "引进人才10人", "10人", value_min="11")],
        [built("a", "新增企业20家以上", "20家以上", unit="上"), built("b", "引进人才10人", "10人"),
         built("c", "举办活动8场", "8场", confidence="0.5")],
    )  # fmt: skip
    assert figures["confident"] == {"share": 0.6667, "right": 0.5}


def test_themes_go_by_the_characters_they_cover(score):
    first, second = TEXT.split("\n")[:2]
    halves = [{"start": 0, "end": 30, "theme": "talent"}, {"start": 30, "end": len(first), "theme": "industry"}]
    themes = [(first, "talent", ""), (second, "reform", "administration")]
    at = TEXT.index(second)
    figures, said, scores = score([], [], themes, [*halves, {"start": at, "end": at + 5, "theme": "administration"}])
    assert figures["themes"]["accuracy"] == 0.5
    assert figures["themes"]["accuracy_also"] == 1.0
    assert scores.confusion == {("talent", "talent"): 1, ("reform", "administration"): 1}
    assert scores.theme_f1() == {"talent": 1.0, "reform": 0.0}
    assert said[-1].startswith("THEME p 2 coded reform (administration) built administration")
    whole = len(first) + 5
    off = [abs(len(first) - 30) / whole] * 2 + [5 / whole] * 2
    assert figures["themes"]["profile_error_pp"] == pytest.approx(100 * sum(off) / 14, abs=0.001)


@pytest.mark.parametrize(
    ("field", "left", "right", "same"),
    [
        ("value_min", "20", "20.0", True), ("value_min", "20", "", False), ("value_min", "", "", True),
        ("unit", "％", "%", True), ("masked", "1", "True", True), ("masked", "", "False", True),
        ("headline", "1", "False", False), ("tier", "county", "county+", False), ("year", "2025", "2025", True),
    ],
)  # fmt: skip
def test_cells_are_compared_by_meaning(field, left, right, same):
    assert agrees(field, {field: left}, {"due_year" if field == "year" else field: right}) is same


def test_a_folder_without_coded_plans_or_texts_is_named(tmp_path):
    with pytest.raises(BuildError, match="no coded plans"):
        read_coded(tmp_path)
    write(tmp_path / "p.targets.csv", CODED, [])
    with pytest.raises(BuildError, match=r"p\.txt is missing.*--plans"):
        read_coded(tmp_path)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "p.txt").write_text(TEXT, encoding="utf-8")
    write(tmp_path / "p.targets.csv", CODED, [coded("t1", "没有这句话", "没有")])
    with pytest.raises(BuildError, match="t1 does not stand in the text"):
        read_coded(tmp_path)


@pytest.fixture(scope="module")
def shipped_scores(project):
    return evaluate_folder(project / "tests" / "gold", plans=project / "data" / "raw")


def test_the_shipped_plans_are_read_well(shipped_scores):
    figures = shipped_scores.as_dict()
    assert figures["plans_missing"] == []
    assert figures["offset_faults"] == 0
    assert figures["detect"]["f1"] >= 0.97
    assert figures["strict"]["f1"] >= 0.93
    assert figures["full"]["f1"] >= 0.88
    assert figures["themes"]["accuracy"] >= 0.80
    assert figures["themes"]["profile_error_pp"] <= 2.5


READMES = ("README.md", "README.zh-CN.md")


@pytest.mark.parametrize("name", READMES)
def test_the_readmes_show_what_the_command_prints(shipped_scores, project, name):
    readme = (project / name).read_text(encoding="utf-8")
    said = "out of step: run `plancompare evaluate tests/gold --into README.md --into README.zh-CN.md`"
    assert put_between_marks(readme, partial(format_markdown, shipped_scores)) == readme, said


def test_both_readmes_give_the_same_figures(project):
    figures = []
    for name, heading in zip(READMES, ("## Accuracy", "## 准确程度"), strict=True):
        section = (project / name).read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
        section = re.sub(r"F1|<!--.*?-->", "", section).replace("fifteen", "15").replace("十五", "15")
        figures.append(sorted(re.findall(r"\d+(?:\.\d+)?", section)))
    assert figures[0] == figures[1]


def test_the_table_replaces_what_stands_between_the_marks():
    for mark, lang in (("<!-- accuracy:begin -->", "en"), ("<!-- accuracy:begin zh -->", "zh")):
        text = f"before\n{mark}\nold\n<!-- accuracy:end -->\nafter\n"
        filled = put_between_marks(text, "| {} |".format)
        assert filled == f"before\n{mark}\n\n| {lang} |\n\n<!-- accuracy:end -->\nafter\n"
        assert put_between_marks(filled, "| {} |".format) == filled
    with pytest.raises(BuildError, match="accuracy:begin"):
        put_between_marks("no marks", "| {} |".format)


def test_text_and_markdown_name_every_level(shipped_scores):
    for printed in (format_text(shipped_scores), format_markdown(shipped_scores)):
        assert all(word in printed for word in ("detect", "strict", "full", "links", "indicator", "themes"))


@pytest.mark.parametrize("which", ["gold", "dev"])
def test_it_agrees_with_the_scorer_it_was_specified_by(which, project, tmp_path):
    from compare.pipeline import build

    shared = project.parent / "shared"
    scorer, gold = shared / "gold" / "score.py", shared / which
    if not (scorer.exists() and gold.is_dir()):
        pytest.skip("the scorer and its hand-coded plans are not part of the project and not beside it")
    build(gold / "plans", tmp_path)
    command = [sys.executable, str(scorer), str(gold), str(tmp_path), "--json"]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert score_tables(read_coded(gold), tmp_path).as_dict() == theirs
