"""What the closed lists of the tables are called in front of people, in Chinese and English."""

from __future__ import annotations

from functools import cache
from importlib import resources

from compare.vocabulary.loading import read_yaml, vocabulary_text


@cache
def _labels() -> dict[str, dict[str, tuple[str, str]]]:
    data = read_yaml(vocabulary_text("labels.yml"), "labels.yml")
    return {kind: {str(key): (str(pair[0]), str(pair[1])) for key, pair in keys.items()} for kind, keys in data.items()}


def label(kind: str, key: str, lang: str = "zh") -> str:
    """What `key` of the list `kind` is called.

    Parameters
    ----------
    kind : str
        A column with a closed list: bound, measure, period, firmness, tier, reason, name_basis, admin_level, unit,
        severity or stage; yes_no for what is true or not; column for the names of columns.
    key : str
        A value of that column. A key without a label, such as a unit kept as written, is returned unchanged.
    lang : {"zh", "en"}

    Returns
    -------
    str

    Examples
    --------
    >>> label("bound", "at_least")
    '不低于'
    >>> label("tier", "provincial+", lang="en")
    'provincial and above'
    """
    pair = _labels()[kind].get(key)
    if pair is None:
        return key
    return pair[1] if lang == "en" else pair[0]


@cache
def read_words(path: str, lang: str = "zh") -> dict[str, str]:
    """The words of a page or document in one language.

    Parameters
    ----------
    path : str
        A YAML file of `key: [Chinese, English]`, by its path inside this package, such as ``"reading/words.yml"``.
    lang : {"zh", "en"}
    """
    text = resources.files("compare").joinpath(path).read_text(encoding="utf-8")
    return {key: str(pair[1] if lang == "en" else pair[0]) for key, pair in read_yaml(text, path).items()}


def say_amount(value: float, unit: str, lang: str = "zh") -> str:
    """A harmonised value with its unit, as a reader expects it.

    Parameters
    ----------
    value : float
        In `unit`.
    unit : str
        A canonical unit (`unit_std`), or any unit as written.
    lang : {"zh", "en"}

    Examples
    --------
    >>> say_amount(1.5e10, "CNY")
    '150亿元'
    >>> say_amount(1.5e10, "CNY", lang="en")
    'CNY 15 billion'
    >>> say_amount(20, "thing")
    '20个'
    >>> say_amount(2, "percentage_point", lang="en")
    '2 percentage points'
    """
    if unit == "CNY":
        return _say_money(value, lang)
    number = _say_number(value)
    if unit in ("percent", "%"):
        return f"{number}%"
    if lang == "en":
        if unit == "thing":
            return number
        return f"{number} {label('unit', unit, lang)}"
    counters = {"thing": "个", "person": "人", "event": "场次", "item": "条"}
    return number + counters.get(unit, label("unit", unit, lang))


def say_bounds(low: float | None, high: float | None, bound: str, unit: str, lang: str = "zh") -> str:
    """A value with its bound: an arrow stays an arrow and a range a range.

    Parameters
    ----------
    low, high : float or None
        The ends, in `unit`; None where the end is open or hidden.
    bound : str
        As in column bound of table targets.
    unit : str
        As in `say_amount`.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Empty when both ends are missing.

    Examples
    --------
    >>> say_bounds(20, None, "at_least", "thing")
    '≥20个'
    >>> say_bounds(1, 2, "range", "thing")
    '1–2个'
    """
    ends = [end for end in (low, high) if end is not None]
    if not ends:
        return ""
    if bound == "range" and len(ends) == 2:
        first = say_amount(ends[0], unit, lang) if unit == "CNY" else _say_number(ends[0])
        return f"{first}–{say_amount(ends[1], unit, lang)}"
    sign = {"at_least": "≥", "at_most": "≤", "about": "≈"}.get(bound, "")
    return sign + say_amount(ends[0], unit, lang)


def _say_number(value: float) -> str:
    """Thousands separated, no needless zeros."""
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _say_money(value: float, lang: str) -> str:
    """Money in the magnitude that keeps it short."""
    english = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1, ""))
    chinese = ((1e12, "万亿元"), (1e8, "亿元"), (1e4, "万元"), (1, "元"))
    scales = english if lang == "en" else chinese
    size, word = next((scale for scale in scales if abs(value) >= scale[0]), scales[-1])
    amount = _say_number(value / size) + word
    return f"CNY {amount}" if lang == "en" else amount
