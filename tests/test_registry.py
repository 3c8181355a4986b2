"""Which files are plans, what plans.csv and context.csv say about them, and what is read where they are silent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compare.pipeline.naming import name_plan
from compare.pipeline.registry import assign_ids, make_slug, read_date, read_registry, read_year
from compare.readers import read_plan
from compare.structure import read_structure
from compare.vocabulary.places import find_places, load_places

CASES = Path(__file__).parent / "cases"
SHEETS = yaml.safe_load((CASES / "registry.yml").read_text(encoding="utf-8"))
HEADINGS = yaml.safe_load((CASES / "naming.yml").read_text(encoding="utf-8"))
TEXT = "一、总体要求\n新增高新技术企业20家以上。\n"


@pytest.mark.parametrize("case", SHEETS, ids=lambda c: c["name"])
def test_wrong_lines_are_named_and_the_rest_counts(case, make_plans):
    raw = make_plans({"a.txt": TEXT, "b.txt": TEXT, "plans.csv": case["sheet"]})
    registry = read_registry(raw)
    said = [f"{p.file}: {p.message} {p.hint}" for p in registry.problems]
    if "problem" in case:
        assert len(said) == 1
        assert all(part in said[0] for part in ["plans.csv", *case["problem"]])
        assert registry.problems[0].hint
    else:
        assert said == []
    entry = registry.plans[0].registered
    assert (entry.city if entry else "") == case["city"]
    assert [p.file for p in registry.plans] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_sheets_are_read_as_spreadsheets_save_them(encoding, make_plans):
    sheet = "file,city,title,issuer\na.txt,苏州市,二〇二二年全市科技工作要点,苏州市科学技术局\n"
    raw = make_plans({"a.txt": TEXT, "plans.csv": sheet.encode(encoding)})
    assert read_registry(raw).plans[0].registered.city == "苏州市"


def test_other_files_are_no_plans(make_plans):
    sheets = ["plans.csv", "context.csv", "README", "README.md", "readme.txt"]
    hidden = [".hidden.txt", "~$a.docx", ".git/x.txt", "Thumbs.db"]
    raw = make_plans({"a.txt": TEXT, "2021/b.txt": TEXT, **dict.fromkeys(sheets + hidden, "")})
    assert [p.file for p in read_registry(raw).plans] == ["a.txt", "2021/b.txt"]


def test_tables_inside_the_raw_folder_are_no_plans(make_plans):
    raw = make_plans({"a.txt": TEXT, "out/text/a.txt": TEXT})
    assert [p.file for p in read_registry(raw, leave_out=raw / "out").plans] == ["a.txt"]


def test_a_folder_without_plans_is_a_problem(make_plans):
    (problem,) = read_registry(make_plans({"README.md": ""})).problems
    assert problem.severity == "lost"
    assert "holds no plan" in problem.message
    assert problem.hint


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no links")
def test_links_out_of_the_folder_are_not_followed(make_plans, tmp_path):
    raw = make_plans({"a.txt": TEXT})
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    (raw / "b.txt").symlink_to(tmp_path / "secret.txt")
    (raw / "c").symlink_to(tmp_path)
    registry = read_registry(raw)
    assert [p.file for p in registry.plans] == ["a.txt"]
    assert [(p.file, p.severity) for p in registry.problems] == [("b.txt", "lost")]


def test_context_lines_are_checked(make_plans):
    wrong = "宁波市,x,1,,\n苏州市,2020,1,,\n绍兴市,2020,many,,\n"
    sheet = f"city,year,population,gdp_cny,source\n苏州市,2020,12748262,,七普\n{wrong}"
    registry = read_registry(make_plans({"a.txt": TEXT, "context.csv": sheet}))
    assert registry.context == (
        {"city": "苏州市", "year": 2020, "population": 12748262.0, "gdp_cny": None, "source": "七普"},
    )
    assert [p.message.split(":")[0] for p in registry.problems] == ["line 3", "line 4", "line 5"]


def test_ids_are_slugs_with_a_counter_after_a_clash():
    files = ["六 安.txt", "六-安.html", "sub/六 安.txt", "CON.txt", "（）.txt", "a-2.txt", "a.txt", "b/A.txt"]
    assert assign_ids(files) == {
        "六 安.txt": "六-安", "六-安.html": "六-安-2", "sub/六 安.txt": "六-安-3", "CON.txt": "plan-con",
        "（）.txt": "plan", "a-2.txt": "a-2", "a.txt": "a", "b/A.txt": "a-3",
    }  # fmt: skip


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1), unique=True))
def test_ids_are_unique_and_safe_file_names(stems):
    ids = assign_ids([f"{stem}.txt" for stem in stems])
    assert len(set(ids.values())) == len(ids)
    for plan_id in ids.values():
        assert plan_id == make_slug(plan_id)
        assert 0 < len(f"{plan_id}.txt".encode()) < 255


@pytest.mark.parametrize(
    ("cell", "year"), [("2022", 2022), ("２０２２年", 2022), ("2022.0", 2022), ("22", None), ("1800", None), ("", None)]
)
def test_years_of_cells(cell, year):
    assert read_year(cell) == year


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2022-04-11", "2022-04-11"), ("2022/4/11", "2022-04-11"), ("2022年4月11日", "2022-04-11"),
        ("2022年4月", "2022-04"),
        ("2022.4.11 16:09", "2022-04-11"), ("2022-04-11T16:09:00+08:00", "2022-04-11"),
        ("二〇二二年四月十一日", "2022-04-11"), ("二○二二年十二月", "2022-12"), ("2022-02-30", ""),
        ("2022-13", ""), ("2022年", ""), ("11/4/2022", ""), ("1022-04-11", ""),
        ("2022年4月11日印发的通知", ""), ("", ""),
    ],
)  # fmt: skip
def test_dates_of_cells(cell, day):
    assert read_date(cell) == day


@pytest.mark.parametrize(
    ("head", "end", "day"),
    [
        ("信息来源：市科技局　发布时间：2022-04-11 16:09", "", "2022-04-11"),
        ("（2022年1月18日）", "", "2022-01-18"),
        ("", "甲市科学技术局\n2022年3月2日", "2022-03-02"),
        ("", "二〇二二年三月二日", "2022-03-02"),
        ("2022年4月11日召开了会议。", "到2025年12月完成。", ""),
    ],
)
def test_the_day_of_publication_is_read_from_head_or_end(head, end, day, make_plans):
    raw = make_plans({"p.txt": f"全市科技工作要点\n{head}\n{TEXT * 9}{end}\n"})
    source = read_plan(raw / "p.txt")
    document = read_structure(source.text)
    assert name_plan(source, document, "p.txt", None).published == day
    (raw / "plans.csv").write_text("file,published\np.txt,2021/5/6\n", encoding="utf-8")
    registered = read_registry(raw).plans[0].registered
    assert name_plan(source, document, "p.txt", registered).published == "2021-05-06"


def test_a_date_inside_the_text_is_no_day_of_publication(make_plans):
    source = read_plan(make_plans({"p.txt": f"{TEXT * 9}2022年3月2日\n{TEXT * 9}"}) / "p.txt")
    assert name_plan(source, read_structure(source.text), "p.txt", None).published == ""


@pytest.mark.parametrize("case", HEADINGS, ids=lambda c: c["heading"])
def test_unregistered_plans_are_named_from_heading_and_file(case, make_plans):
    raw = make_plans({case["file"]: f"{case['heading']}\n{TEXT}"})
    source = read_plan(raw / case["file"])
    naming = name_plan(source, read_structure(source.text), case["file"], None)
    expected = {k: v for k, v in case.items() if k not in ("heading", "file")}
    assert {k: getattr(naming, k) for k in expected} == expected


def test_a_body_that_names_one_city_again_and_again_is_its_plan(make_plans):
    body = "全市科技工作要点\n围绕嘉兴发展，办好嘉兴科技日，建设嘉兴科技城，学习杭州经验。\n"
    source = read_plan(make_plans({"p.txt": body}) / "p.txt")
    naming = name_plan(source, read_structure(source.text), "p.txt", None)
    assert (naming.city, naming.province, naming.name_basis) == ("嘉兴市", "浙江省", "inferred")


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("宁波市科技局2020年工作总结和2021年工作计划", 2021),
        ("宁波市2022年国民经济和社会发展计划执行情况与2023年国民经济和社会发展计划草案的报告", 2023),
        ("宁波市科技创新三年行动计划（2023—2025年）", 2023),
    ],
)
def test_the_year_is_that_of_the_plan_where_a_title_names_the_year_before_too(make_plans, title, year):
    source = read_plan(make_plans({"p.txt": f"{title}\n{TEXT}"}) / "p.txt")
    assert name_plan(source, read_structure(source.text), "p.txt", None).plan_year == year


def test_the_registry_wins_and_is_completed_from_the_gazetteer(make_plans):
    raw = make_plans({"a.txt": f"2021年宁波市科技工作要点\n{TEXT}", "plans.csv": "file,city\na.txt,绍兴市\n"})
    plan = read_registry(raw).plans[0]
    source = read_plan(plan.path)
    naming = name_plan(source, read_structure(source.text), plan.file, plan.registered)
    assert (naming.city, naming.province, naming.admin_level) == ("绍兴市", "浙江省", "prefecture")
    assert (naming.name_basis, naming.plan_year) == ("registry", 2021)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("内蒙古包头市", ["内蒙古自治区", "包头市"]),
        ("甘肃兰州新区", ["甘肃省", "兰州市"]),
        ("长白山旅游", []),
        ("全市和全县", []),
        ("朝阳区", ["朝阳区"]),
        ("西藏那曲", ["西藏自治区", "那曲市"]),
    ],
)
def test_places_in_short_texts(text, names):
    assert [p.name for p in find_places(text)] == names


def test_the_gazetteer_is_whole():
    places = {p for meanings in load_places().meanings for p in meanings}
    levels = [p.level for p in places]
    assert levels.count("province") == 34
    assert levels.count("prefecture") >= 333
    assert levels.count("county") >= 2800
