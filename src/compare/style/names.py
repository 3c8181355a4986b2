"""What plans, themes, indicators and amounts are called on a figure, in Chinese and English."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from compare.errors import FigureError
from compare.vocabulary.indicators import load_indicators
from compare.vocabulary.labels import label, say_bounds
from compare.vocabulary.loading import read_yaml, vocabulary_text
from compare.vocabulary.places import name_place
from compare.vocabulary.themes import load_themes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGES = ("zh", "en")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def check_language(lang: str) -> str:
    """The language, if it is one of ours.

    Raises
    ------
    FigureError
        It is not.
    """
    if lang not in LANGUAGES:
        raise FigureError(
            f"there is no language {lang!r}.", where="figure", hint=f"Choose one of {', '.join(LANGUAGES)}."
        )
    return lang


@cache
def _names() -> dict[str, dict[str, tuple[str, str]]]:
    """Names by kind and key; indicators and the Chinese themes have theirs in their own vocabulary files."""
    data = read_yaml(vocabulary_text("names.yml"), "names.yml")
    chinese = {theme.id: theme.zh for theme in load_themes().themes}
    themes = {key: (chinese.get(key, key), str(english)) for key, english in data.pop("theme").items()}
    indicators = {i.id: (i.zh, i.en) for i in load_indicators().values()}
    indicators["other"] = ("其他指标", "Other")
    benchmarks = {str(k): (str(pair[0]), str(pair[1])) for k, pair in data["benchmark"].items()}
    return {"theme": themes, "indicator": indicators, "benchmark": benchmarks}


def _name(kind: str, key: str, lang: str) -> str:
    pair = _names()[kind].get(key)
    if pair is None:
        return key.replace("_", " ")
    return pair[check_language(lang) == "en"]


def name_theme(theme: str, lang: str = "zh") -> str:
    """The short name of a theme.

    Examples
    --------
    >>> name_theme("party_building"), name_theme("party_building", "en")
    ('党的建设', 'Party building')
    """
    return _name("theme", theme, lang)


def name_indicator(indicator: str, lang: str = "zh", written: str = "") -> str:
    """The short name of an indicator; for `other` the name as the plan writes it."""
    if indicator == "other" and written:
        return written
    return _name("indicator", indicator, lang)


def name_plans(plans: pd.DataFrame, lang: str = "zh") -> dict[str, str]:
    """A short and unique name for each plan: its city, with year or file where that is not enough.

    English names are those of the gazetteer (pinyin); cities of the same English name keep the Chinese beside it, and
    a city that is in no gazetteer stays as written.

    Parameters
    ----------
    plans : pandas.DataFrame
        Table plans. A column `city_en`, if there is one, goes before the gazetteer.
    lang : {"zh", "en"}

    Returns
    -------
    dict of str to str
        By plan_id.
    """
    check_language(lang)
    rows = plans.to_dict("records")
    names = {str(r["plan_id"]): str(r["city"] or "") or str(r["plan_id"]) for r in rows}
    if lang == "en":
        given = {str(r["plan_id"]): str(r.get("city_en") or "") for r in rows}
        english = name_cities(set(names.values()), lang)
        names = {plan: given[plan] or english[name] for plan, name in names.items()}
    years = {str(r["plan_id"]): "" if pd.isna(r["plan_year"]) else str(int(r["plan_year"])) for r in rows}
    dated, told = ("{}{}年", "{}（{}）") if lang == "zh" else ("{} ({})", "{} ({})")  # a number may follow the name
    for more, form in ((years, dated), ({plan: plan for plan in names}, told)):
        twice = _repeated(names.values())
        names = {
            plan: form.format(name, more[plan]) if name in twice and more[plan] and more[plan] != name else name
            for plan, name in names.items()
        }
    return names


def name_cities(cities: Iterable[str], lang: str = "zh") -> dict[str, str]:
    """What cities are called, by their name as written; those of the same English name keep the Chinese beside it.

    Examples
    --------
    >>> name_cities(["苏州市", "宿州市", "昆山市"], "en")
    {'苏州市': 'Suzhou (苏州市)', '宿州市': 'Suzhou (宿州市)', '昆山市': 'Kunshan'}
    """
    names = {city: city if check_language(lang) == "zh" else name_place(city) for city in cities}
    alike = _repeated(names.values())
    return {city: f"{name} ({city})" if name in alike else name for city, name in names.items()}


def _repeated(values: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for value in values:
        (twice if value in seen else seen).add(value)
    return twice


def say_source(plans: pd.DataFrame, lang: str = "zh") -> str:
    """The source line under a figure: whose plans, of which years, published up to when, and the version of the data.

    Every figure, the brief and the site say it with these words. The date of the data is that of the latest plan among
    those shown, because nothing in them is younger; how many plans give a date is said where not all do. It is never
    the day on which a figure was drawn: the same plans give the same figure on every day. The version is a digest of
    the plans' bytes; it changes when a plan does, and with nothing else.

    Parameters
    ----------
    plans : pandas.DataFrame
        Table plans.
    lang : {"zh", "en"}
    """
    named = dict.fromkeys(str(r["city"] or "") or str(r["plan_id"]) for r in plans.to_dict("records"))
    names = list(name_cities(named, lang).values())
    years = sorted({int(y) for y in plans["plan_year"].dropna()})
    digest = hashlib.sha256("".join(sorted(plans["sha256"])).encode()).hexdigest()[:7]
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    shown = names if len(names) <= 6 else names[:4]
    dated = _say_dated(plans, lang)
    if check_language(lang) == "en":
        cities = ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(shown) < len(names) else "")
        return f"Source: science work plans{f' for {span}' if span else ''} of {cities}{dated}. Data version {digest}."
    cities = "、".join(shown) + (f"等{len(names)}地" if len(shown) < len(names) else "")
    return f"资料来源：{cities}{f'{span}年' if span else ''}科技工作计划原文{dated}。数据版本{digest}。"


def _say_dated(plans: pd.DataFrame, lang: str) -> str:
    """Up to when the plans were published, and how many of them say so where not all do."""
    dates = [str(day) for day in plans["published"] if day]
    if not dates:
        return "，未注明发布日期" if lang == "zh" else ", undated"
    last, one = say_date(max(dates), lang), len(dates) == 1
    if len(dates) == len(plans):
        before = {"zh": "，", "en": ", published "} if one else {"zh": "，截至", "en": ", published up to "}
        return f"{before[lang]}{last}" + ("发布" if one and lang == "zh" else "")
    if lang == "zh":
        return f"，其中{len(dates)}份注明发布日期，" + (f"为{last}" if one else f"最晚{last}")
    return f", {len(dates)} of them dated" + (f" {last}" if one else f", the latest {last}")


def say_date(day: str, lang: str = "zh") -> str:
    """A day or month of table plans in words.

    Examples
    --------
    >>> say_date("2022-04-11"), say_date("2022-04", "en"), say_date("2022-04-11", "en")
    ('2022年4月11日', 'April 2022', '11 April 2022')
    """
    year, month, *rest = (int(part) for part in day.split("-"))
    if lang == "zh":
        return f"{year}年{month}月" + "".join(f"{part}日" for part in rest)
    return "".join(f"{part} " for part in rest) + f"{_MONTHS[month - 1]} {year}"


def say_target(row: Mapping[Any, Any], lang: str = "zh") -> str:
    """The number of a target as a label: as written in Chinese, in short form in English.

    Parameters
    ----------
    row : mapping
        With number (optional), bound, masked, value_min_std, value_max_std and unit_std.
    lang : {"zh", "en"}
    """
    written = "".join(str(row.get("number") or "").split())
    if row["bound"] == "benchmark":
        for key, pair in _names()["benchmark"].items():
            if key in written:
                return pair[lang == "en"]
        return written or label("bound", "benchmark", lang)
    if lang == "zh" and written:
        return written
    if row["masked"]:
        return "隐去" if lang == "zh" else "masked"
    low, high = (None if pd.isna(row[c]) else float(row[c]) for c in ("value_min_std", "value_max_std"))
    return say_bounds(low, high, row["bound"], row["unit_std"], lang)


def join_names(names: list[str], lang: str = "zh", most: int = 4, counter: str = "个") -> str:
    """Names as a list in a sentence, at most so many of them; `counter` is the Chinese measure word for all."""
    shown = names[:most]
    if lang == "zh":
        return "、".join(shown) + (f"等{len(names)}{counter}" if len(names) > most else "")
    if len(names) > most:
        return ", ".join(shown) + f" and {len(names) - most} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else ""


def lower_first(name: str) -> str:
    """An English name as it stands inside a sentence; initials such as R&D stay.

    Examples
    --------
    >>> lower_first("High-tech firms"), lower_first("R&D spending")
    ('high-tech firms', 'R&D spending')
    """
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def say_percent(share: float, digits: int = 0) -> str:
    """A share as a percentage."""
    return f"{share * 100:.{digits}f}%"
