"""Corrections: applied on every build, surviving edits elsewhere, and flagged when they no longer fit."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from compare.corrections import TARGET_COLUMNS, THEME_COLUMNS, read_corrections
from compare.corrections.places import find_passages, plain_number
from compare.schema import TARGETS

PLAN = """2022年苏州市科技工作要点
一、培育企业
新增高新技术企业20家以上，其中规模以上企业5家，技术合同成交额达到3.5亿元。
二、强化人才
引进高层次人才10人，举办科技活动8场。去年引进高层次人才30人。
三、建设平台
新增高新技术企业20家以上。
"""
SENTENCE = "新增高新技术企业20家以上，其中规模以上企业5家，技术合同成交额达到3.5亿元。"
TALENT = "引进高层次人才10人，举办科技活动8场。"


def sheet(columns: tuple[str, ...], *rows: dict[str, str]) -> str:
    target = io.StringIO()
    writer = csv.DictWriter(target, columns)
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


@pytest.fixture
def correct(build_plans, tmp_path):
    """Build PLAN (or another text) with lines of targets.csv and themes.csv."""

    def run(*targets: dict[str, str], themes: tuple[dict[str, str], ...] = (), plan: str = PLAN):
        folder = tmp_path / "corrections"
        folder.mkdir(exist_ok=True)
        rows = [{"plan_id": "a", "reason": "read again", "by": "test", "date": "2026-01-01"} | row for row in targets]
        (folder / "targets.csv").write_text(sheet(TARGET_COLUMNS, *rows), encoding="utf-8-sig")
        rows = [{"plan_id": "a"} | row for row in themes]
        (folder / "themes.csv").write_text(sheet(THEME_COLUMNS, *rows), encoding="utf-8-sig")
        return build_plans({"a.txt": plan}, corrections=folder)

    return run


def row_of(tables, number: str, occurrence: int = 0) -> dict:
    targets = tables.targets
    return targets[targets["number"] == number].to_dict("records")[occurrence]


def said(report) -> list[tuple[str, str]]:
    return [(p.severity, p.message) for p in report.problems if p.stage == "corrections"]


def test_a_field_is_corrected_and_marked(correct):
    report, tables = correct({"number": "3.5亿元", "quote": SENTENCE, "field": "indicator", "value": "hightech_output"})
    row = row_of(tables, "3.5亿元")
    assert (row["indicator"], row["corrected"]) == ("hightech_output", True)
    assert report.corrected == tables.targets["corrected"].sum() == 1
    assert said(report) == []


def test_a_corrected_value_is_converted_anew(correct):
    _, tables = correct(
        {"number": "3.5亿元", "quote": SENTENCE, "field": "value_min", "value": "4"},
        {"number": "3.5亿元", "quote": SENTENCE, "field": "value_max", "value": ""},
        {"number": "3.5亿元", "quote": SENTENCE, "field": "bound", "value": "at_least"},
        {"number": "5家", "quote": SENTENCE, "field": "unit", "value": "万家"},
    )
    row = row_of(tables, "3.5亿元")
    assert (row["value_min"], row["value_min_std"], row["bound"]) == (4, 4e8, "at_least")
    assert pd.isna(row["value_max"])
    assert pd.isna(row["value_max_std"])
    assert row_of(tables, "5家")["value_min_std"] == 50000


def test_the_sentence_tells_equal_numbers_apart(correct):
    _, tables = correct({"number": "20家以上", "quote": SENTENCE, "field": "tier", "value": "provincial"})
    assert [row_of(tables, "20家以上", i)["tier"] for i in (0, 1)] == ["provincial", ""]


def test_the_target_id_tells_equal_numbers_of_one_sentence_apart(correct):
    plan = PLAN.replace("5家", "20家以上")
    _, tables = correct(plan=plan)
    second = row_of(tables, "20家以上", 1)
    named = {c: second[c] for c in ("number", "quote", "target_id")}
    _, tables = correct(named | {"field": "tier", "value": "county"}, plan=plan)
    assert [row_of(tables, "20家以上", i)["tier"] for i in (0, 1)] == ["", "county"]


def test_a_correction_survives_edits_elsewhere(correct):
    line = {"number": "10人", "quote": TALENT, "field": "firmness", "value": "binding"}
    _, tables = correct(line, plan=PLAN.replace("一、培育企业", "一、总体要求\n坚持创新发展，服务大局。\n二、培育企业"))
    assert row_of(tables, "10人")["firmness"] == "binding"


def test_a_correction_survives_stray_blanks(correct):
    line = {"number": "3.5亿元", "quote": SENTENCE, "field": "measure", "value": "flow"}
    _, tables = correct(line, plan=PLAN.replace("技术合同成交额达到3.5亿元", "技术合同 成交额达到 3.5 亿元"))
    assert set(tables.targets.loc[tables.targets["corrected"], "measure"]) == {"flow"}


def test_a_changed_sentence_is_flagged_and_corrected_by_id(correct):
    _, tables = correct()
    named = {"target_id": row_of(tables, "10人")["target_id"], "number": "10人", "quote": TALENT}
    line = named | {"field": "tier", "value": "municipal"}
    report, tables = correct(line, plan=PLAN.replace("举办科技活动8场", "举办科技大赛9场"))
    assert row_of(tables, "10人")["tier"] == "municipal"
    assert [(s, "sentence has changed" in m) for s, m in said(report)] == [("note", True)]


def test_a_stale_correction_is_reported_with_its_line(correct):
    report, tables = correct({"number": "21家", "quote": "新增企业21家", "field": "tier", "value": "county"})
    ((severity, message),) = said(report)
    assert severity == "wrong"
    assert "line 2" in message
    assert "'21家'" in message
    assert not tables.targets["corrected"].any()
    assert report.lost


def test_a_correction_the_suite_now_agrees_with_is_reported(correct):
    report, tables = correct({"number": "3.5亿元", "quote": SENTENCE, "field": "unit", "value": "亿元"})
    assert [(s, "itself now reads" in m) for s, m in said(report)] == [("note", True)]
    assert not row_of(tables, "3.5亿元")["corrected"]
    assert not report.lost


def test_a_deleted_target_is_unclaimed_as_corrected(correct):
    _, before = correct()
    report, tables = correct({"number": "8场", "quote": "举办科技活动8场", "field": "delete"})
    assert "8场" not in set(tables.targets["number"])
    row = tables.unclaimed[tables.unclaimed["number"] == "8场"].to_dict("records")[0]
    assert row["reason"] == "corrected"
    assert row["quote"] == "引进高层次人才10人，举办科技活动8场。"
    assert len(tables.targets) == len(before.targets) - 1
    assert said(report) == []


def test_links_do_not_lead_to_a_deleted_target(correct):
    _, before = correct()
    first = row_of(before, "20家以上", 0)
    assert row_of(before, "5家")["parent"] == first["target_id"]
    assert row_of(before, "20家以上", 1)["same_as"] == first["target_id"]
    _, tables = correct({"target_id": first["target_id"], "number": "20家以上", "quote": SENTENCE, "field": "delete"})
    left = row_of(tables, "20家以上")
    assert left["same_as"] == ""
    assert row_of(tables, "5家")["parent"] == left["target_id"]


def test_deleting_what_is_no_target_any_more_is_reported(correct):
    report, _ = correct({"number": "30人", "quote": "去年引进高层次人才30人", "field": "delete"})
    assert [(s, "no longer takes" in m) for s, m in said(report)] == [("note", True)]


def test_an_added_target_is_read_from_its_number(correct):
    quote = "去年引进高层次人才30人"
    report, tables = correct(
        {"number": "30人", "quote": quote, "field": "add", "value": "highlevel_talent"},
        {"number": "30人", "quote": quote, "field": "measure", "value": "level"},
    )
    row = row_of(tables, "30人")
    assert (row["quote"], row["value_min"], row["unit_std"]) == (quote, 30, "person")
    assert (row["indicator"], row["measure"], row["theme"]) == ("highlevel_talent", "level", "talent")
    assert (row["corrected"], row["confidence"]) == (True, 1.0)
    assert tables.targets["target_id"].is_unique
    assert "30人" not in set(tables.unclaimed["number"])
    assert said(report) == []
    assert set(TARGETS.names) == set(row)


def test_adding_what_is_found_anyway_is_reported(correct):
    report, tables = correct({"number": "10人", "quote": "引进高层次人才10人", "field": "add"})
    assert [(s, "itself now finds" in m) for s, m in said(report)] == [("note", True)]
    assert len(tables.targets[tables.targets["number"] == "10人"]) == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"number": "1家", "field": "colour"}, "field is 'colour'"),
        ({"number": "1家", "field": "tier", "value": "town"}, "value of tier is 'town', not one of"),
        ({"number": "1家", "field": "value_min", "value": "many"}, "not a plain number"),
        ({"number": "1家", "field": "masked", "value": "perhaps"}, "true or false"),
        ({"number": "1家", "field": "due_year", "value": "25"}, "four digits"),
        ({"number": "1家", "field": "indicator", "value": "unknown_thing"}, "indicators.yml"),
        ({"field": "tier", "value": "county"}, "neither target_id nor number"),
        ({"number": "1家", "field": "add"}, "number and quote are needed"),
        ({"plan_id": "zz", "number": "1家", "field": "delete"}, "no plan 'zz'"),
        ({"number": "10人", "quote": "引进高层次人才10人", "field": "parent", "value": "a-0"}, "no target of the plan"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_count(line, expected, correct):
    good = {"number": "3.5亿元", "quote": SENTENCE, "field": "tier", "value": "county"}
    report, tables = correct(line, good)
    ((severity, message),) = said(report)
    assert severity == "wrong"
    assert "line 2" in message
    assert expected in message
    assert row_of(tables, "3.5亿元")["tier"] == "county"


def test_a_theme_is_corrected_and_counts_in_the_shares(correct):
    report, tables = correct(themes=({"quote": SENTENCE, "theme": "finance", "also": "talent"},))
    row = tables.sentences[tables.sentences["text"] == SENTENCE].to_dict("records")[0]
    assert (row["theme"], row["also"], row["confidence"], row["terms"]) == ("finance", "talent", 1.0, "correction")
    shares = tables.priorities.set_index("theme")
    assert shares.loc["finance", "sentences"] == 1
    assert said(report) == []


def test_theme_corrections_are_flagged_too(correct):
    report, _ = correct(themes=({"quote": "没有这句话", "theme": "talent"}, {"quote": SENTENCE, "theme": "luck"}))
    assert [s for s, _ in said(report)] == ["wrong", "wrong"]
    assert any("'luck'" in m for _, m in said(report))
    _, tables = correct()
    theme = tables.sentences.set_index("text").loc[SENTENCE, "theme"]
    report, _ = correct(themes=({"quote": SENTENCE, "theme": theme},))
    assert [s for s, _ in said(report)] == ["note"]


def test_no_corrections_are_no_corrections(tmp_path):
    assert read_corrections(None) == read_corrections(tmp_path)


def test_the_shipped_files_have_every_column_and_no_line(project):
    folder = project / "data" / "corrections"
    for name, columns in (("targets.csv", TARGET_COLUMNS), ("themes.csv", THEME_COLUMNS)):
        assert (folder / name).read_text(encoding="utf-8-sig").splitlines()[0].split(",") == list(columns)
    assert read_corrections(folder).problems == ()


def test_passages_are_found_through_line_breaks():
    assert find_passages("3.5亿元", "达到 3.5\n亿元，3.5亿元") == [(3, 9), (10, 15)]
    assert find_passages("达到3.5亿元", "达到 3.5\n亿元") == [(0, 9)]
    assert find_passages(" ", "text") == []
    assert plain_number("２０\n家") == plain_number("20 家")
