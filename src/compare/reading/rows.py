"""Rows of the tables as people read them: names in place of codes, in the heads and in the cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from compare.style.names import name_indicator, name_theme
from compare.vocabulary.labels import label

if TYPE_CHECKING:
    import pandas as pd

_LISTS = (
    "admin_level", "bound", "firmness", "measure", "name_basis", "period", "reason", "severity", "stage", "tier",
)  # fmt: skip


def name_column(column: str, lang: str = "zh") -> str:
    """What a column is called; one that no table has keeps its name.

    Examples
    --------
    >>> name_column("bound"), name_column("bound", "en"), name_column("mine")
    ('界限', 'Bound', 'mine')
    """
    return label("column", str(column), lang)


def say_value(column: str, value: Any, lang: str = "zh", names: Mapping[str, str] | None = None) -> str:
    """A cell as people read it; empty where the value is missing.

    Parameters
    ----------
    column : str
        The column, which says what the value is.
    value : object
    lang : {"zh", "en"}
    names : mapping of str to str, optional
        What plans are called, by plan_id, as from `name_plans`.

    Examples
    --------
    >>> say_value("bound", "at_least"), say_value("theme", "talent", "en"), say_value("unit_std", "thing")
    ('不低于', 'Talent', '个（家、项）')
    >>> say_value("value_min_std", 150000000.0), say_value("share", 0.12345678)
    ('150000000', '0.123457')
    """
    if value is None or (not isinstance(value, str) and str(value) in ("nan", "<NA>")):
        return ""
    if isinstance(value, float):
        return f"{float(f'{value:.6g}'):f}".rstrip("0").rstrip(".")
    text = str(value)
    if not isinstance(value, str):
        return label("yes_no", text, lang)
    if column in _LISTS:
        return label(column, text, lang)
    return _SAY[column](text, lang, names or {}) if text and column in _SAY else text


def name_rows(rows: pd.DataFrame, lang: str = "zh", names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A frame of text to be read: the same rows and columns, with names in place of codes.

    The frame given is left as it is; calculate with that one.

    Parameters
    ----------
    rows : pandas.DataFrame
    lang : {"zh", "en"}
    names : mapping of str to str, optional
        What plans are called, by plan_id, as from `name_plans`.
    """
    said = rows.astype(object)
    for at, column in enumerate(rows.columns):
        said.isetitem(at, [say_value(column, value, lang, names) for value in rows.iloc[:, at]])
    return said.set_axis([name_column(column, lang) for column in rows.columns], axis=1)


def _join(names: Iterable[str], lang: str) -> str:
    return (", " if lang == "en" else "、").join(names)


def _say_theme(text: str, lang: str, _: Mapping[str, str]) -> str:
    if text == "none":
        return "none" if lang == "en" else "无主题"
    return name_theme(text, lang)


def _say_terms(text: str, lang: str, _: Mapping[str, str]) -> str:
    heading = "the heading" if lang == "en" else "所在标题"
    return _join((heading if term == "section" else term for term in text.split(";")), lang)


def _say_plan(text: str, _: str, names: Mapping[str, str]) -> str:
    return names.get(text, text)


def _say_group(text: str, lang: str, _: Mapping[str, str]) -> str:
    """A group's key, whose parts are what its targets share: `other` with its name, `cumulative` with its year."""
    said = []
    for column, part in zip(("indicator", "measure", "period", "tier", "unit_std"), text.split("|"), strict=False):
        key, colon, more = part.partition(":")
        said.append(more if colon and key == "other" else f"{say_value(column, key, lang)} {more}".strip())
    return " · ".join(filter(None, said))


_SAY: dict[str, Callable[[str, str, Mapping[str, str]], str]] = {
    "theme": _say_theme,
    "vote": _say_theme,
    "also": lambda text, lang, names: _join((_say_theme(theme, lang, names) for theme in text.split(";")), lang),
    "terms": _say_terms,
    "indicator": lambda text, lang, _: name_indicator(text, lang),
    "unit_std": lambda text, lang, _: label("unit", text, lang),
    "group": _say_group,
    "plan_id": _say_plan,
    "other_plan_id": _say_plan,
    "plan_ids": lambda text, lang, names: _join((names.get(plan, plan) for plan in text.split(";")), lang),
}
