"""What an analyst chooses in a notebook: parts of the tables, menus, searchable tables, other parameters."""

from __future__ import annotations

import base64
import io
import re

import pandas as pd
import pytest
from PIL import Image

import compare
from browser import CHROMIUM, WHY_NOT, Browser
from compare.errors import CompareError
from compare.notebooks import run_notebooks
from conftest import PROJECT


def test_a_selection_ranks_and_shares_what_is_left(tables):
    cities = list(tables.plans["city"])[1:4]
    some = compare.select_tables(tables, cities=cities, themes=["talent", "platforms"])
    assert set(some.plans["city"]) == set(cities)
    assert set(some.targets["theme"]) <= {"talent", "platforms"}
    assert set(some.priorities["theme"]) == {"talent", "platforms"}
    shares = some.priorities.groupby("plan_id")["share"].sum()
    assert shares.to_list() == pytest.approx([1.0] * len(cities))
    for _, rows in some.comparisons[some.comparisons["rank_low"].notna()].groupby("group"):
        assert rows["rank_low"].min() == 1


def test_a_selection_of_everything_is_the_tables_themselves(tables):
    assert compare.select_tables(tables) is tables
    year = int(tables.plans["plan_year"].max())
    one = compare.select_tables(tables, year=year, indicators=["hightech_firms"])
    assert set(one.targets["indicator"]) == {"hightech_firms"}
    kept = one.comparisons.set_index("target_id")["per_100k_people"]
    before = tables.comparisons.set_index("target_id")["per_100k_people"]
    assert kept.dropna().equals(before.reindex(kept.dropna().index))


@pytest.mark.parametrize(
    "choice", [{"cities": ["丙市"]}, {"year": 1900}, {"indicators": ["nothing"]}, {"themes": ["nothing"]}]
)
def test_a_choice_that_is_not_there_says_what_is(tables, choice):
    with pytest.raises(CompareError, match="There are: "):
        compare.select_tables(tables, **choice)


def test_menus_have_a_picture_where_nothing_runs(tables):
    explorer = compare.explore_targets(tables.comparisons, plans=tables.plans, indicator="hightech_firms")
    bundle = explorer._repr_mimebundle_()
    assert Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).width > 600
    assert "高新技术企业" in bundle["text/plain"]
    (label, choices) = explorer.menus["group"]
    assert label == "指标"
    assert len({text for text, _ in choices}) == len(choices)
    picture, title = explorer.picture(group=choices[-1][1])
    assert title
    assert picture[:4] == b"\x89PNG"


def test_two_menus_choose_two_cities(tables):
    city, other = tables.plans["city"].iloc[:2]
    explorer = compare.explore_differences(tables.priorities, plans=tables.plans, first=city, second=other)
    ids = tables.plans.set_index("city")["plan_id"]
    assert explorer.chosen == {"first": ids[city], "second": ids[other]}
    explorer._repr_mimebundle_()
    menu = explorer.box.children[0].children[1]
    before = explorer.box.children[2].value
    menu.value = ids.iloc[2]
    assert explorer.box.children[2].value != before
    menu.value = ids[city]
    assert "role='alert'" in explorer.box.children[1].value


def test_one_city_leaves_nothing_to_choose(tables):
    one = compare.select_tables(tables, cities=[tables.plans["city"].iloc[0]])
    assert "没有" in compare.explore_differences(one.priorities, plans=one.plans)._repr_html_()


@pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
def test_a_table_on_a_page_is_searched_and_sorted(tmp_path):
    rows = pd.DataFrame({"city": ["甲市", "乙市", "丙<b>市"], "value": [10.0, 9.0, None]})
    page = tmp_path / "page.html"
    page.write_text(f"<meta charset=utf-8>{compare.show_table(rows)._repr_html_()}", encoding="utf-8")
    first = "[...document.querySelectorAll('tbody tr')].filter(r => !r.hidden).map(r => r.cells[0].textContent)"
    with Browser() as browser:
        browser.open(page)
        assert browser.run(first) == ["甲市", "乙市", "丙<b>市"]
        browser.run("document.querySelectorAll('th button')[1].click()")
        assert browser.run(first)[-2:] == ["乙市", "甲市"]
        browser.run("(s => { s.value = '甲'; s.dispatchEvent(new Event('input')) })(document.querySelector('input'))")
        assert browser.run(first) == ["甲市"]
        assert browser.run("document.querySelector('output').value") == "1"
        assert browser.complaints() == []
        assert browser.requests() == []


CHOICES = {
    "two cities": {"lang": "zh", "pick": 2, "themes": [], "size": "page"},
    "three cities, two themes, in English": {
        "lang": "en", "pick": 3, "themes": ["talent", "platforms", "industry"], "size": "column",
    },
}  # fmt: skip


@pytest.mark.parametrize("choice", CHOICES.values(), ids=list(CHOICES))
def test_notebooks_say_what_holds_for_other_parameters(shipped, tables, tmp_path, monkeypatch, choice):
    data = tmp_path / "data"
    data.mkdir()
    (data / "processed").symlink_to(shipped)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    names = ["00_coverage", "01_targets", "02_priorities", "03_clusters", "04_brief"]
    for name in names:
        (folder / f"{name}.ipynb").write_bytes((PROJECT / "notebooks" / f"{name}.ipynb").read_bytes())
    cities = sorted(tables.plans["city"])[: choice["pick"]]
    parameters = {"cities": cities, "themes": choice["themes"], "size": choice["size"], "year": 2022}
    pages = run_notebooks(folder, tmp_path / "html", parameters=parameters, lang=choice["lang"], progress=False)
    texts = {p.stem: re.sub(r"<[^>]+>", "", p.read_text(encoding="utf-8").split("<main>")[1]) for p in pages}
    some = compare.select_tables(tables, cities=cities, themes=choice["themes"])
    stated = some.targets["indicator"].nunique()
    leading = some.priorities.sort_values("share").groupby("plan_id")["share"].last()
    absent = [c for c in tables.plans["city"] if c not in cities]
    if choice["lang"] == "zh":
        assert f"{len(cities)}份计划共提出" in texts["00_coverage"]
        assert all(f"（{share:.0%}）" in texts["02_priorities"] for share in leading)
        assert "少于4份" in texts["03_clusters"]
    else:
        assert f"The {len(cities)} plans state" in texts["00_coverage"]
        assert all(f"({share:.0%})" in texts["02_priorities"] for share in leading)
        assert "too few to cluster" in texts["03_clusters"]
    assert stated
    prose = " ".join(texts.values())
    assert [c for c in absent if c in prose] == []
