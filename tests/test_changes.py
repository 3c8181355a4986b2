"""The change report: what an analyst reads after a build that found something else than the one before."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from compare.changes import COLUMNS, Changes, summarise_changes, write_changes
from compare.changes.finding import find_moves, find_shifts
from compare.schema import CLUSTERS, PRIORITIES, make_frame

PLAN = """2022年苏州市科技工作要点
一、培育企业
新增高新技术企业20家以上，技术合同成交额达到3.5亿元。
二、强化人才
引进高层次人才10人，举办活动X场。
"""
OTHER = "2022年宁波市科技工作要点\n一、建设平台\n新建省级重点实验室2家，其中农业领域1家。\n"


@pytest.fixture
def changed(build_plans, tmp_path):
    """Build twice; returns what differs."""

    def run(before: dict[str, str], after: dict[str, str], **options) -> Changes:
        report, tables = build_plans(before, **options)
        assert report.changes == Changes(first=True)
        for name in before.keys() - after.keys():
            (tables.folder.parent / "raw" / name).unlink()
        return build_plans(after, reports=tmp_path / "reports", **options)[0].changes

    return run


def told(changes: Changes, about: str) -> list[tuple[str, ...]]:
    return [(r["change"], r["plan_id"], r["name"], r["field"], r["before"], r["after"]) for r in changes.of(about)]


def test_the_first_build_has_nothing_to_tell(build_plans, tmp_path):
    report, _ = build_plans({"a.txt": PLAN}, reports=tmp_path / "reports")
    assert len(summarise_changes(report.changes)) == 1
    assert "首次" in (tmp_path / "reports" / "changes.html").read_text(encoding="utf-8")


def test_a_build_that_found_the_same_says_so(changed, tmp_path):
    assert changed({"a.txt": PLAN}, {"a.txt": PLAN}).rows == ()
    assert "没有变化" in (tmp_path / "reports" / "changes.html").read_text(encoding="utf-8")


def test_a_number_that_was_edited_is_one_change(changed):
    changes = changed({"a.txt": PLAN}, {"a.txt": PLAN.replace("20家", "25家")})
    assert told(changes, "target") == [("changed", "a", "hightech_firms", "number", "20家以上", "25家以上")]
    assert [r["field"] for r in changes.of("plan")] == ["text"]


def test_a_bound_that_was_edited_tells_number_and_bound(changed):
    changes = changed({"a.txt": PLAN}, {"a.txt": PLAN.replace("20家以上", "20家")})
    fields = {r["field"]: (r["before"], r["after"]) for r in changes.of("target")}
    assert fields == {"number": ("20家以上", "20家"), "bound": ("at_least", "exact")}


def test_text_that_only_moves_a_target_is_no_change_of_it(changed):
    changes = changed({"a.txt": PLAN}, {"a.txt": PLAN.replace("一、培育企业", "一、培育企业\n要高度重视企业。")})
    assert changes.of("target") == []


def test_new_and_gone_targets(changed):
    changes = changed({"a.txt": PLAN}, {"a.txt": PLAN.replace("技术合同成交额达到3.5亿元", "建设孵化器3家")})
    found = {(r["change"], r["before"], r["after"]) for r in changes.of("target")}
    assert found == {("gone", "3.5亿元", ""), ("new", "", "3家")}


def test_new_and_gone_plans_come_with_their_targets(changed):
    changes = changed({"a.txt": PLAN}, {"b.txt": OTHER})
    assert [(r["change"], r["plan_id"]) for r in changes.of("plan")] == [("gone", "a"), ("new", "b")]
    assert changes.count("target") == {"gone": 4, "new": 2}
    assert "hightech_firms" in {r["name"] for r in changes.of("coverage")}


def test_coverage_counts_plans(changed):
    both = {"a.txt": PLAN, "b.txt": PLAN.replace("苏州", "无锡")}
    changes = changed(both, {"a.txt": PLAN.replace("新增高新技术企业20家以上，", ""), "b.txt": both["b.txt"]})
    (lost,) = (r for r in changes.of("coverage") if r["name"] == "hightech_firms")
    assert (lost["before"], lost["after"], lost["quote"]) == ("2", "1", "a")


def test_metadata_of_a_plan(changed):
    changes = changed({"a.txt": PLAN}, {"a.txt": PLAN, "plans.csv": "file,plan_year\na.txt,2023\n"})
    assert ("changed", "a", "2022年苏州市科技工作要点", "plan_year", "2022", "2023") in told(changes, "plan")


def test_a_correction_that_went_stale(changed, tmp_path):
    folder = tmp_path / "corrections"
    folder.mkdir()
    line = "a,10人,引进高层次人才10人,delete"
    (folder / "targets.csv").write_text(f"plan_id,number,quote,field\n{line}\n", encoding="utf-8")
    changes = changed({"a.txt": PLAN}, {"a.txt": PLAN.replace("10人", "12人")}, corrections=folder)
    (stale,) = changes.of("correction")
    assert "10人" in stale["name"]
    assert stale["quote"]


def test_shares_count_only_beyond_both_intervals():
    def priorities(*cells: tuple[str, float, float, float]) -> pd.DataFrame:
        rows = [{"theme": t, "share": s, "share_low": low, "share_high": high} for t, s, low, high in cells]
        return make_frame(PRIORITIES, [{"plan_id": "a", "file": "a.txt"} | row for row in rows])

    before = priorities(("talent", 0.1, 0.05, 0.15), ("finance", 0.3, 0.2, 0.4), ("reform", 0.2, 0.1, 0.3))
    after = priorities(("talent", 0.3, 0.25, 0.35), ("finance", 0.39, 0.2, 0.5), ("reform", 0.31, 0.15, 0.5))
    assert [(r["name"], r["before"], r["after"]) for r in find_shifts(before, after)] == [
        ("talent", "10.0 % (5.0 to 15.0)", "30.0 % (25.0 to 35.0)")
    ]


def test_clusters_that_are_only_numbered_anew_are_no_move():
    def clusters(**numbers: int | None) -> pd.DataFrame:
        return make_frame(CLUSTERS, [{"plan_id": p, "file": p, "cluster": c, "label": ""} for p, c in numbers.items()])

    before = clusters(a=1, b=1, c=1, d=2, e=2)
    assert find_moves(before, clusters(a=2, b=2, c=2, d=1, e=1)) == []
    assert [r["plan_id"] for r in find_moves(before, clusters(a=2, b=2, c=1, d=1, e=1))] == ["c"]
    assert find_moves(before, clusters(a=None)) == []


def test_five_lines_for_the_terminal(changed):
    lines = summarise_changes(changed({"a.txt": PLAN}, {"a.txt": PLAN.replace("20家", "25家"), "b.txt": OTHER}))
    assert len(lines) == 5
    assert "1 new, 1 changed, 0 gone" in lines[0]
    assert "2 new, 1 changed, 0 gone" in lines[1]


def test_the_files_are_safe_and_complete(changed, tmp_path):
    hostile = PLAN.replace("高新技术企业", "<script>alert(1)</script>企业")
    changes = changed({"a.txt": PLAN}, {"a.txt": hostile, "plans.csv": 'file,title\na.txt,"=HYPERLINK(""x"")"\n'})
    folder = tmp_path / "reports"
    assert sorted(p.name for p in folder.iterdir()) == ["changes.csv", "changes.html"]
    content = (folder / "changes.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == len(changes.rows)
    assert "'=HYPERLINK" in {r["after"][:11] for r in rows}
    page = (folder / "changes.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "20家以上" in page
    write_changes(changes, folder, lang="en")
    assert "What differs" in (folder / "changes.html").read_text(encoding="utf-8")
