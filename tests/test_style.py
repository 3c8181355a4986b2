"""The look of the figures: font, measures, names, and saving."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from compare.errors import FigureError
from compare.schema import PLANS, THEMES, make_frame
from compare.style import (
    drawing,
    export_figure,
    find_size,
    finish_sheet,
    load_fonts,
    measure_text,
    name_indicator,
    name_plans,
    name_theme,
    say_source,
    say_target,
    shorten_text,
    start_sheet,
    wrap_text,
)
from compare.vocabulary.indicators import load_indicators


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def make_plans(cities: list[str], years: list[int] | None = None) -> pd.DataFrame:
    rows = [
        {
            "plan_id": f"p{i}",
            "file": f"p{i}.txt",
            "city": city,
            "plan_year": (years or [2030] * len(cities))[i],
            "format": "txt",
            "encoding": "utf-8",
            "sha256": f"{i:064d}",
        }
        for i, city in enumerate(cities)
    ]
    return make_frame(PLANS, rows)


def draw_sheet(title: str = "甲市最高", size: str = "column"):
    with drawing(size):
        ax = start_sheet(size, 3)
        ax.plot([0, 1], [0, 1])
        ax.text(0.5, 0.5, "亿元")
        data = pd.DataFrame({"quote": pd.array(["=1+1"], dtype="string"), "start": [3]})
        return finish_sheet(
            ax, title=title, subtitle="单位：亿元", note="箭头：以上", source="资料来源：甲市", data=data
        )


def test_chinese_glyphs_come_with_the_environment():
    family = load_fonts()
    assert family not in mpl.rcParams["font.family"]
    assert measure_text("农业", 10) == pytest.approx(20, abs=0.6)


def test_nothing_global_changes():
    before = dict(mpl.rcParams)
    draw_sheet()
    assert dict(mpl.rcParams) == before


@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_missing_glyph_fails_the_export(tmp_path):
    ax = draw_sheet(title="甲市\U0001f680")
    with pytest.raises(FigureError, match="cannot show"):
        export_figure(ax, tmp_path / "figure", formats=("png",))
    assert list(tmp_path.iterdir()) == []


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    first = export_figure(draw_sheet(), tmp_path / "a" / "figure", close=True)
    second = export_figure(draw_sheet(), tmp_path / "b" / "figure", close=True)
    assert [p.suffix for p in first] == [".png", ".svg", ".pdf", ".csv"]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.suffix


def test_files_say_what_they_show(tmp_path):
    png, *_, csv = export_figure(draw_sheet(), tmp_path / "figure", formats=("png",))
    picture = Image.open(png)
    assert picture.info["Title"] == "甲市最高"
    assert "箭头" in picture.info["Description"]
    assert picture.width == pytest.approx(8.6 / 2.54 * 400, abs=1)
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in csv.read_text(encoding="utf-8")


def test_a_figure_keeps_the_size_it_was_drawn_for(tmp_path):
    with pytest.raises(FigureError, match="drawn for column, not for slide"):
        export_figure(draw_sheet(), tmp_path / "figure", size="slide")


def test_a_figure_of_ones_own_gets_size_and_source(tmp_path):
    figure, ax = plt.subplots()
    ax.plot([0, 1])
    export_figure(figure, tmp_path / "own", size="page", plans=make_plans(["甲市"]), formats=("png",))
    assert figure.get_size_inches()[0] * 2.54 == pytest.approx(17)
    assert [t.get_text() for t in figure.texts] == [say_source(make_plans(["甲市"]))]


def test_a_figure_is_as_high_as_its_text():
    short = draw_sheet(title="短").figure.get_size_inches()[1]
    long = draw_sheet(title="很长的标题" * 12).figure.get_size_inches()[1]
    assert long > short


def test_unknown_size_and_language_say_what_there_is():
    with pytest.raises(FigureError, match="column, page, slide"):
        find_size("poster")
    with pytest.raises(FigureError, match="zh, en"):
        name_theme("talent", "fr")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("五份计划，三个主题", 45, ["五份计", "划，三个", "主题"]),
        ("增长8.5%以上", 26, ["增长", "8.5%", "以上"]),
        ("（甲市）", 25, ["（甲", "市）"]),
        ("two words", 30, ["two", "words"]),
        ("", 30, [""]),
    ],
)
def test_lines_break_by_the_rules_of_each_script(text, width, lines):
    assert wrap_text(text, width, 10).split("\n") == lines


def test_a_shortened_text_fits():
    text = shorten_text("很长很长很长的城市名称", 60, 10)
    assert text.endswith("…")
    assert measure_text(text, 10) <= 60


def test_every_theme_and_indicator_has_a_name_in_both_languages():
    for lang in ("zh", "en"):
        themes = [name_theme(t, lang) for t in THEMES]
        indicators = [name_indicator(i, lang) for i in load_indicators()]
        assert len(set(themes)) == len(themes)
        assert len(set(indicators)) == len(indicators)
        for name in (*themes, *indicators):
            assert "_" not in name
            assert name.isascii() == (lang == "en")


def test_plans_of_one_city_are_told_apart():
    assert list(name_plans(make_plans(["甲市", "乙市"])).values()) == ["甲市", "乙市"]
    twice = make_plans(["甲市", "甲市"], [2021, 2022])
    assert list(name_plans(twice).values()) == ["甲市2021年", "甲市2022年"]
    assert list(name_plans(twice, "en").values()) == ["甲市 (2021)", "甲市 (2022)"]
    assert len(set(name_plans(make_plans(["甲市", "甲市"])).values())) == 2
    assert list(name_plans(make_plans([""])).values()) == ["p0"]


def test_english_names_are_pinyin_and_still_told_apart():
    named = name_plans(make_plans(["西安市", "正定县", "xx县", "苏州市", "宿州市"]), "en")
    assert list(named.values()) == ["Xi'an", "Zhengding County", "xx县", "Suzhou (苏州市)", "Suzhou (宿州市)"]
    assert list(name_plans(make_plans(["昆山市", "昆山市"], [2021, 2022]), "en").values()) == [
        "Kunshan (2021)",
        "Kunshan (2022)",
    ]


def test_the_source_line_depends_on_the_plans_alone():
    plans = make_plans(["甲市", "乙市"], [2021, 2023])
    assert say_source(plans) == say_source(plans)
    assert "甲市、乙市2021–2023年" in say_source(plans)
    changed = plans.assign(sha256=["f" * 64, "0" * 64])
    assert say_source(changed) != say_source(plans)
    assert "and 46 more" in say_source(make_plans([f"城{i}" for i in range(50)]), "en")


@pytest.mark.parametrize(
    ("published", "zh", "en"),
    [
        (["2031-02-01", "2031-04-11"], "原文，截至2031年4月11日。", ", published up to 11 April 2031."),
        (["2031-04", "2031-03-30"], "原文，截至2031年4月。", ", published up to April 2031."),
        (["", "2031-04-11"], "其中1份注明发布日期，为2031年4月11日。", ", 1 of them dated 11 April 2031."),
        (["2031-04-11"], "原文，2031年4月11日发布。", ", published 11 April 2031."),
        (["", ""], "未注明发布日期。", ", undated."),
    ],
)
def test_the_source_line_tells_the_date_of_the_data(published, zh, en):
    plans = make_plans(["甲市", "乙市"][: len(published)]).assign(published=published)
    assert zh in say_source(plans)
    assert en in say_source(plans, "en")


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        ({"number": "90 家\n以上", "bound": "at_least", "value_min_std": 90.0}, "90家以上", "≥90"),
        ({"number": "X家以上", "bound": "at_least", "masked": True}, "X家以上", "masked"),
        ({"number": "达到全省平均水平", "bound": "benchmark"}, "全省平均", "provincial average"),
        ({"number": "15%左右", "bound": "about", "value_min_std": 15.0, "unit_std": "percent"}, "15%左右", "≈15%"),
        ({"number": "", "bound": "exact", "masked": True}, "隐去", "masked"),
    ],
)
def test_numbers_read_as_written_or_in_short(row, zh, en):
    whole = {"masked": False, "value_min_std": None, "value_max_std": None, "unit_std": "thing"} | row
    assert say_target(whole) == zh
    assert say_target(whole, "en") == en
