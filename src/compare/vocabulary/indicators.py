"""Canonical indicators: how each is worded, counted and named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from compare.errors import VocabularyError
from compare.schema import THEMES
from compare.vocabulary.loading import check_keys, read_yaml, vocabulary_text
from compare.vocabulary.sieve import Sieve

_KEYS: dict[str, type | tuple[type, ...]] = {
    "zh": str, "en": str, "theme": str, "units": list, "patterns": list, "not": str, "plausible": dict,
    "examples": list, "counterexamples": list,
}  # fmt: skip
_CONJUNCTION = re.compile(r"[、或及]|以及|和(?![谐])|与(?!试验)")


@dataclass(frozen=True)
class Indicator:
    """One indicator: its names, its theme, and how it is found in an indicator phrase."""

    id: str
    zh: str
    en: str
    theme: str
    units: frozenset[str]
    pattern: re.Pattern[str]
    barred: re.Pattern[str] | None
    plausible: dict[str, tuple[float, float]] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


def parse_indicators(text: str, name: str = "indicators.yml") -> dict[str, Indicator]:
    """Read an indicators file.

    Raises
    ------
    VocabularyError
        An unknown key or theme, or a pattern that is no regular expression.
    """
    indicators = {}
    for identifier, entry in read_yaml(text, name).items():
        check_keys(entry, _KEYS, required=("zh", "en", "theme", "units", "patterns", "examples"))
        if entry["theme"] not in THEMES:
            raise VocabularyError(
                f"theme {entry['theme']!r} is unknown.", where=entry.where, hint=f"Use one of {', '.join(THEMES)}."
            )
        try:
            pattern = re.compile("|".join(f"(?:{p})" for p in entry["patterns"]))
            barred = re.compile(entry["not"]) if "not" in entry else None
        except re.error as error:
            raise VocabularyError(
                f"{identifier}: a pattern is no regular expression ({error}).", where=entry.where,
                hint="Escape brackets and dots with a backslash.",
            ) from error  # fmt: skip
        indicators[identifier] = Indicator(
            identifier, entry["zh"], entry["en"], entry["theme"], frozenset(entry["units"]), pattern, barred,
            {unit: (float(low), float(high)) for unit, (low, high) in entry.get("plausible", {}).items()},
            tuple(entry["examples"]), tuple(entry.get("counterexamples", ())),
        )  # fmt: skip
    return indicators


@cache
def load_indicators() -> dict[str, Indicator]:
    """The indicators that ship with the package, by id, in the order of the file."""
    return parse_indicators(vocabulary_text("indicators.yml"))


@cache
def _indicator_sieve() -> Sieve[str]:
    return Sieve({indicator.id: indicator.pattern.pattern for indicator in load_indicators().values()})


@cache
def match_indicator(phrase: str, unit: str) -> str:
    """The indicator a phrase names, or ``other``.

    Parameters
    ----------
    phrase : str
        The indicator as written, in plain form.
    unit : str
        Canonical unit of its number, or ``benchmark``.

    Notes
    -----
    The match that starts in the first thing named wins; among those the longest, then the first.
    """
    indicators = load_indicators()
    best: tuple[int, int, int, str] | None = None
    cuts: list[int] | None = None
    for identifier in _indicator_sieve().sift(phrase):
        indicator = indicators[identifier]
        if unit and unit not in indicator.units:
            continue
        if indicator.barred and indicator.barred.search(phrase):
            continue
        for match in indicator.pattern.finditer(phrase):
            if cuts is None:
                cuts = [m.start() for m in _CONJUNCTION.finditer(phrase)]
            start, end = match.span()
            place = sum(cut < start for cut in cuts) if cuts else 0
            rank = (-place, end - start, end, identifier)
            if best is None or rank > best:
                best = rank
    return best[3] if best else "other"
