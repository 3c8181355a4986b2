"""What an analyst chooses in a notebook: parts of the tables, menus, searchable tables, other parameters."""

from __future__ import annotations

import base64
import io
import re

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from PIL import Image

import compare
from browser import CHROMIUM, WHY_NOT, Browser
from compare.errors import CompareError
from compare.notebooks import prose, run_notebooks
from compare.style import name_plans
from conftest import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


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
    assert "两份以上" in compare.explore_differences(one.priorities, plans=one.plans)._repr_html_()


def test_one_theme_alone_still_gives_figures(tables):
    one = compare.select_tables(tables, themes=["talent"])
    assert compare.explore_differences(one.priorities, plans=one.plans)._repr_mimebundle_()["image/png"]
    for _, ax in compare.draw_figures(one):
        plt.close(ax.figure)


def test_a_table_shows_names_and_keeps_its_codes(tables):
    columns = ["plan_id", "indicator", "bound", "theme", "masked", "unit_std"]
    shown = compare.show_table(tables.targets[columns], plans=tables.plans)
    html = shown._repr_html_()
    codes = ("at_least", "hightech_firms", "core_technology", "thing", "False", "plan_id")
    assert [code for code in codes if code in html] == []
    assert all(name in html for name in ("不低于", "高新技术企业", "研发攻关", "个（家、项）", "六安市", "界限"))
    assert list(shown.rows.columns) == columns
    assert "at_least" in set(shown.rows["bound"])
    english = compare.show_table(tables.targets[columns], "en", plans=tables.plans)._repr_html_()
    assert all(name in english for name in ("at least", "High-tech firms", "Core technology", "Bound"))


def test_a_long_table_lists_its_beginning_and_says_so():
    html = compare.show_table(pd.DataFrame({"n": range(1500)}), "en")._repr_html_()
    assert "Of 1,500 rows the first 1,000 are listed" in html
    assert html.count("<tr>") == 1001


def test_an_empty_table_is_a_sentence(tables):
    assert compare.show_table(tables.targets.head(0), "en")._repr_html_() == "<p>There are no such rows.</p>"


WRONG = re.compile(r"\b1 (?:plans|indicators|targets|sentences|cities|numbers)\b|\bnan\b|\bNone\b|[{}|]")
NARROW = {
    "all": {}, "one city": {"cities": 1}, "two cities": {"cities": 2},
    "one indicator": {"indicators": ["hightech_firms"]},
    "one theme": {"themes": ["talent"]}, "next to nothing": {"cities": 1, "indicators": ["basic_research"]},
}  # fmt: skip


@pytest.mark.parametrize("choice", NARROW.values(), ids=list(NARROW))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_fit_any_choice(tables, choice, lang):
    cities = sorted(tables.plans["city"])[-choice["cities"] :] if "cities" in choice else []
    some = compare.select_tables(tables, **(choice | {"cities": cities}))
    names = name_plans(some.plans, lang)
    clusters = compare.cluster_plans(some.sentences, some.priorities)
    agreement, shifts = (f(some.sentences, some.targets) for f in (compare.rank_agreement, compare.rank_sensitivity))
    slogans, passages = compare.shared_slogans(some.sentences), compare.shared_passages(some.sentences)
    doubts = compare.list_doubts(some.targets, some.unclaimed, some.sentences, some.plans, lang=lang)
    said = [
        prose.tell_coverage(some, lang), prose.tell_structure(some, lang), prose.tell_reading(some, lang),
        prose.tell_comparable(some, 2, lang), prose.tell_relative(some, lang), prose.tell_leading(some, lang),
        prose.tell_years(compare.compare_years(some.targets, some.plans), lang),
        prose.tell_ranking(agreement, shifts, names, lang), prose.tell_words_numbers(some.priorities, lang),
        prose.tell_same(slogans, passages, some.plans, lang), prose.tell_choice(clusters, names, lang),
        prose.tell_distances(clusters, names, lang), prose.tell_saved([], None, lang),
        prose.tell_doubts(doubts, some, lang), prose.tell_unclaimed(some.unclaimed, lang),
        prose.tell_doubtful_themes(compare.review_themes(some.sentences), some.sentences, lang),
        compare.describe_clusters(clusters, lang, names),
    ]  # fmt: skip
    for sentence in said:
        assert sentence.strip().endswith((".", "。")), sentence
        assert not WRONG.search(sentence), sentence
        assert bool(re.search("[\u4e00-\u9fff]", sentence)) or lang == "en", sentence


def test_years_are_told_as_they_changed():
    row = {"province": "甲省", "city": "甲市"}
    followed = pd.DataFrame([row | {"change": change} for change in ("raised", "raised", "new")])
    assert prose.tell_years(followed).startswith("有前后两年计划的是1个地区，共可对照3个目标：调高2个")
    assert "1 city with plans of successive years, 3 targets followed: 2 raised" in prose.tell_years(followed, "en")


@pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
def test_a_table_on_a_page_is_searched_and_sorted(tmp_path):
    more = [f"丁{n}县" for n in range(5)]
    values = [10.0, 9.0, None, 1.0, 2.0, 3.0, 4.0, 5.0]
    rows = pd.DataFrame({"city": ["甲市", "乙市", "丙<b>市", *more], "value": values})
    page = tmp_path / "page.html"
    page.write_text(f"<meta charset=utf-8>{compare.show_table(rows)._repr_html_()}", encoding="utf-8")
    first = "[...document.querySelectorAll('tbody tr')].filter(r => !r.hidden).map(r => r.cells[0].textContent)"
    with Browser() as browser:
        browser.open(page)
        assert browser.run(first) == list(rows["city"])
        browser.run("document.querySelectorAll('th button')[1].click()")
        assert browser.run(first)[-2:] == ["乙市", "甲市"]
        browser.run("(s => { s.value = '甲'; s.dispatchEvent(new Event('input')) })(document.querySelector('input'))")
        assert browser.run(first) == ["甲市"]
        assert browser.run("document.querySelector('output').value") == "1"
        assert browser.complaints() == []
        assert browser.requests() == []


CHOICES = {
    "two cities": {"lang": "zh", "pick": 2, "themes": [], "size": "page"},
    "three cities, three themes, in English": {
        "lang": "en", "pick": 3, "themes": ["talent", "platforms", "industry"], "size": "column",
    },
    "one city, one theme, in English": {"lang": "en", "pick": 1, "themes": ["talent"], "size": "column"},
}  # fmt: skip


@pytest.mark.parametrize("choice", CHOICES.values(), ids=list(CHOICES))
def test_notebooks_say_what_holds_for_other_parameters(shipped, tables, tmp_path, monkeypatch, choice):
    data = tmp_path / "data"
    data.mkdir()
    (data / "processed").symlink_to(shipped)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for notebook in NOTEBOOKS:
        (folder / notebook.name).write_bytes(notebook.read_bytes())
    cities = sorted(tables.plans["city"])[: choice["pick"]]
    parameters = {"cities": cities, "themes": choice["themes"], "size": choice["size"], "year": 2022}
    pages = run_notebooks(folder, tmp_path / "html", parameters=parameters, lang=choice["lang"], progress=False)
    texts = {p.stem: re.sub(r"<[^>]+>", "", p.read_text(encoding="utf-8").split("<main>")[1]) for p in pages}
    assert len(texts) == len(NOTEBOOKS)
    some = compare.select_tables(tables, cities=cities, themes=choice["themes"])
    stated = some.targets["indicator"].nunique()
    doubtful = len(compare.review_themes(some.sentences[some.sentences["theme"].isin(choice["themes"])]))
    leading = some.priorities.sort_values("share").groupby("plan_id")["share"].last()
    chosen = set(some.plans["plan_id"])
    absent = [name for plan, name in name_plans(tables.plans, choice["lang"]).items() if plan not in chosen]
    if choice["lang"] == "zh":
        assert f"{len(cities)}份计划共提出" in texts["00_coverage"]
        assert all(f"（{share:.0%}）" in texts["02_priorities"] for share in leading)
        assert "少于4份" in texts["03_clusters"]
        assert f"{len(some.targets)}个目标、{len(some.unclaimed)}个其他数字中" in texts["05_review"]
    else:
        assert f"{len(cities)} plans state" in texts["00_coverage"] or "This plan states" in texts["00_coverage"]
        assert re.search(rf"states? {stated} indicators?\b", texts["00_coverage"])
        assert len(choice["themes"]) == 1 or all(f"({share:.0%})" in texts["02_priorities"] for share in leading)
        assert "too few to cluster" in texts["03_clusters"]
        assert f", {doubtful} have a doubtful theme" in texts["05_review"] or not doubtful
    assert stated
    prose_said = " ".join(texts.values())
    assert [name for name in absent if name in prose_said] == []
