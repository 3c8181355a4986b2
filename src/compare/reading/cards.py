"""What the panel says about each number and the margin about each sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from compare.reading.markup import Number, ThemedSentence, fit
from compare.style.names import name_indicator, name_theme
from compare.vocabulary.labels import label, read_words, say_bounds

if TYPE_CHECKING:
    import pandas as pd

Card = dict[str, Any]


def theme_sentences(sentences: pd.DataFrame, lang: str) -> list[ThemedSentence]:
    """The sentences of one plan with the line that explains each theme."""
    words = read_words("reading/words.yml", lang)
    colon, stop = (": ", "; ") if lang == "en" else ("：", "；")
    themed = []
    for row in sentences.to_dict("records"):
        theme = row["theme"] or "none"
        name = words["no_theme"] if theme == "none" else name_theme(theme, lang)
        parts = [words["sentence"].format(n=row["n"]), words["theme"] + colon + name]
        if row["also"]:
            parts.append(words["also"] + colon + _join([name_theme(t, lang) for t in row["also"].split(";")], lang))
        if row["terms"]:
            terms = [words["by_section"] if t == "section" else t for t in row["terms"].split(";")]
            parts.append(words["terms"] + colon + _join(terms, lang))
        if row["confidence"] == row["confidence"] and row["confidence"] is not None and theme != "none":
            parts.append(f"{words['confidence']}{colon}{row['confidence']:.2f}")
        themed.append(ThemedSentence(row["n"], row["start"], row["end"], theme, name, str_fit(stop.join(parts))))
    return themed


def list_cards(targets: pd.DataFrame, lang: str) -> tuple[list[Card], list[Number]]:
    """One card and one number for each target, in text order."""
    words = read_words("reading/words.yml", lang)
    rows = targets.sort_values(["number_start", "number_end"], kind="stable").to_dict("records")
    keys = {row["target_id"]: (f"t{at}", row["number"], row["indicator_zh"]) for at, row in enumerate(rows, 1)}
    cards, numbers = [], []
    for row in rows:
        key = keys[row["target_id"]][0]
        name = row["indicator_zh"] or row["indicator"]
        cards.append(
            {
                "card": key, "anchor": row["target_id"], "number": fit(row["number"]), "name": fit(name),
                "theme": row["theme"], "indicator": row["indicator"], "masked": row["masked"],
                "fields": _list_fields(row, keys, lang),
            }
        )  # fmt: skip
        numbers.append(
            Number(
                key, row["number_start"], row["number_end"], row["start"], row["end"], True, bool(row["masked"]),
                row["theme"], row["indicator"], f"{words['is_target']} · {str_fit(name)}",
            )
        )  # fmt: skip
    return cards, numbers


def unclaimed_cards(unclaimed: pd.DataFrame, lang: str) -> tuple[list[Card], list[Number]]:
    """One card and one number for each number that is no target, in text order."""
    words = read_words("reading/words.yml", lang)
    cards, numbers = [], []
    for at, row in enumerate(unclaimed.sort_values("number_start", kind="stable").to_dict("records"), 1):
        key = f"u{at}"
        reason = label("reason", row["reason"], lang)
        fields = [
            (words["reason"], reason), (words["section"], fit(row["section"])),
            (words["place"], words["characters"].format(start=row["number_start"], end=row["number_end"])),
        ]  # fmt: skip
        cards.append(
            {
                "card": key, "anchor": f"other-{row['number_start']}", "number": fit(row["number"]), "name": reason,
                "fields": [(name, value) for name, value in fields if value],
            }
        )  # fmt: skip
        numbers.append(
            Number(
                key, row["number_start"], row["number_end"], row["start"], row["end"], False, False, "", "",
                f"{words['is_other']} · {reason}",
            )
        )  # fmt: skip
    return cards, numbers


def list_choices(targets: pd.DataFrame, lang: str) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
    """Indicators and themes to filter by: key, name, number of targets; the frequent first."""
    indicators = Counter(targets["indicator"])
    themes = Counter(theme for theme in targets["theme"] if theme)
    return (
        [(key, name_indicator(key, lang), count) for key, count in indicators.most_common()],
        [(key, name_theme(key, lang), count) for key, count in themes.most_common()],
    )


def _list_fields(row: Mapping[Any, Any], keys: dict[str, tuple[str, str, str]], lang: str) -> list[tuple[str, Any]]:
    """The fields of a target that say something, as name and value."""
    words = read_words("reading/words.yml", lang)
    low, high = _number(row["value_min"]), _number(row["value_max"])
    low_std, high_std = _number(row["value_min_std"]), _number(row["value_max_std"])
    written = say_bounds(low, high, row["bound"], row["unit"], lang)
    standard = say_bounds(low_std, high_std, row["bound"], row["unit_std"], lang)
    due = _number(row["due_year"])
    fields = [
        (words["quote"], fit(row["quote"])),
        (words["indicator"], name_indicator(row["indicator"], lang)),
        (words["tier"], label("tier", row["tier"], lang)),
        (words["value"], words["masked"] if row["masked"] else written),
        (words["standard"], standard if standard != written else ""),
        (words["bound"], label("bound", row["bound"], lang)),
        (words["measure"], label("measure", row["measure"], lang)),
        (words["period"], label("period", row["period"], lang)),
        (words["due_year"], f"{due:.0f}" if due else ""),
        (words["firmness"], label("firmness", row["firmness"], lang)),
        (words["theme"], name_theme(row["theme"], lang) if row["theme"] else ""),
        (words["headline"], words["yes"] if row["headline"] else ""),
        (words["parent"], _link(row["parent"], keys)),
        (words["same_as"], _link(row["same_as"], keys)),
        (words["corrected"], words["yes"] if row["corrected"] else ""),
        (words["confidence"], f"{row['confidence']:.2f}"),
        (words["section"], fit(row["section"])),
        (words["place"], words["characters"].format(start=row["number_start"], end=row["number_end"])),
        (words["id"], fit(row["target_id"])),
    ]
    return [(name, value) for name, value in fields if value]


def _link(target_id: str, keys: dict[str, tuple[str, str, str]]) -> Markup:
    """A link to another target of the plan."""
    if target_id not in keys:
        return fit(target_id)
    key, number, name = keys[target_id]
    link = Markup('<a class="card-link" href="#at-{}" data-card="{}">{} {}</a>')
    return link.format(key, key, fit(number), fit(name))


def str_fit(text: str) -> str:
    """Text without what HTML cannot hold, not yet escaped."""
    return str(fit(text).unescape())


def _join(parts: list[str], lang: str) -> str:
    return (", " if lang == "en" else "、").join(parts)


def _number(value: Any) -> float | None:
    """None for a missing value."""
    return None if value is None or value != value else float(value)
