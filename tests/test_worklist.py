"""What should be looked at first, and correction lines that the build accepts."""

from __future__ import annotations

import compare
from compare.corrections import TARGET_COLUMNS, read_corrections
from compare.corrections.worklist import Worklist, list_doubts


def test_each_kind_of_doubt_is_found(build_plans):
    text = (
        "2030年科技工作要点\n一、总体目标\n新增高新技术企业20家以上。研发投入强度达到95%。\n"
        "二、重点任务\n培育企业。新增高新技术企业10家。\n"
    )
    _, tables = build_plans({"甲市2030.txt": text})
    doubts = list_doubts(tables.targets, tables.unclaimed, tables.sentences, confidence=1.1)
    assert {"contradiction", "implausible", "low_confidence"} <= set(doubts["doubt"])
    strange = doubts[doubts["doubt"] == "implausible"].iloc[0]
    assert strange["number"] == "95%"
    assert "0.1至8" in strange["why"]
    for row in doubts.to_dict("records"):
        at = row["sentence_start"]
        assert row["sentence"][row["number_start"] - at : row["number_end"] - at] == row["number"]


def test_numbers_are_marked_and_nothing_is_run(tables):
    doubts = list_doubts(tables.targets, tables.unclaimed, tables.sentences, confidence=1.1)
    page = Worklist(doubts.assign(sentence="<b>" + doubts["sentence"], sentence_start=doubts["sentence_start"] - 3))
    html = page._repr_html_()
    assert html.count("<mark>") == len(doubts)
    assert "<b>" not in html
    assert "没有需要" in Worklist(doubts.head(0))._repr_html_()


def test_completed_lines_are_valid_corrections(tables, tmp_path):
    doubts = compare.list_doubts(tables.targets, tables.unclaimed, tables.sentences, confidence=1.1)
    lines = [line.replace(",,,,,", ",delete,,,,") for line in doubts["correction"]]
    path = tmp_path / "targets.csv"
    path.write_text("\n".join([",".join(TARGET_COLUMNS), *lines]) + "\n", encoding="utf-8")
    corrections = read_corrections(tmp_path)
    assert corrections.problems == ()
    assert len(corrections.targets) == len(doubts)


def test_a_number_an_order_apart_from_the_year_before_is_listed(tmp_path):
    from compare.pipeline import build, load_tables

    raw = tmp_path / "raw"
    raw.mkdir()
    for year, count in (("2022", 20), ("2023", 300)):
        text = f"{year}年安康市科技工作要点\n一、主要目标\n新增高新技术企业{count}家。\n"
        (raw / f"ankang_{year}.txt").write_text(text, encoding="utf-8")
    build(raw, tmp_path / "out")
    tables = load_tables(tmp_path / "out")
    found = list_doubts(tables.targets, tables.unclaimed, tables.sentences, tables.plans)
    assert [(d["doubt"], d["number"]) for d in found.to_dict("records")][:1] == [("year_jump", "300家")]
    assert "20家" in found["why"].iloc[0]
