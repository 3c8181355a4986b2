"""The themes of `themes.yml` as frozen objects: weighted terms, exclusions, examples, and what outweighs what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from compare.errors import VocabularyError
from compare.schema import THEMES
from compare.vocabulary.loading import Entry, check_keys, read_yaml, vocabulary_text


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme: its label, weighted terms, exclusions, and sentences that must and must not get it."""

    id: str
    zh: str
    about: str
    terms: tuple[tuple[str, float], ...]
    exclusions: tuple[str, ...]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """How much headings, neighbours and positions count; `themes.yml` says what each number means."""

    inheritance: float
    decay: float
    silent_decay: float
    heading: float
    opening: float
    siblings: float
    background: float
    purpose: float
    tail: float
    repeat: float
    minimum: float
    also_ratio: float
    subject: float
    sure_from: float
    sure_slope: float


@dataclass(frozen=True, slots=True)
class ThemeVocabulary:
    """All of `themes.yml`."""

    themes: tuple[Theme, ...]
    settings: Settings
    background: tuple[str, ...]
    purpose: tuple[str, ...]
    overview: tuple[str, ...]
    neutral: tuple[str, ...]
    starts: tuple[str, ...]
    resets: tuple[str, ...]
    none_terms: tuple[tuple[str, float], ...]


def read_themes(text: str, name: str = "themes.yml") -> ThemeVocabulary:
    """The theme vocabulary in a YAML text.

    Parameters
    ----------
    text : str
        Content of a file in the form of `themes.yml`.
    name : str
        What errors call the file.

    Raises
    ------
    VocabularyError
        An unknown or missing key, a theme that the tables do not know, a weight that is no positive number, or a term
        given twice in one theme.
    """
    top = read_yaml(text, name)
    check_keys(top, dict.fromkeys(("settings", "openers", "none", "themes"), dict),
               required=("settings", "openers", "none", "themes"))  # fmt: skip
    openers, none = top["openers"], top["none"]
    check_keys(openers, {"background": list, "purpose": list}, required=("background", "purpose"))
    lists = ("overview", "neutral", "starts", "resets")
    check_keys(none, {**dict.fromkeys(lists, list), "terms": dict}, required=(*lists, "terms"))
    themes = top["themes"]
    check_keys(themes, dict.fromkeys(THEMES, dict), required=THEMES)
    return ThemeVocabulary(
        themes=tuple(_read_theme(key, themes[key]) for key in THEMES),
        settings=_read_settings(top["settings"]),
        background=_read_words(openers, "background"),
        purpose=_read_words(openers, "purpose"),
        none_terms=_read_terms(none["terms"]),
        **{key: _read_words(none, key) for key in lists},
    )


@cache
def load_themes() -> ThemeVocabulary:
    """The theme vocabulary that ships with the package."""
    return read_themes(vocabulary_text("themes.yml"))


def _read_settings(entry: Entry) -> Settings:
    names = tuple(f.name for f in fields(Settings))
    check_keys(entry, dict.fromkeys(names, (int, float)), required=names)
    return Settings(**{name: float(entry[name]) for name in names})


def _read_theme(key: str, entry: Entry) -> Theme:
    kinds: dict[str, type | tuple[type, ...]] = {
        "zh": str, "about": str, "terms": dict, "exclusions": list, "examples": list, "counterexamples": list,
    }  # fmt: skip
    check_keys(entry, kinds, required=("zh", "about", "terms", "examples"))
    terms = _read_terms(entry["terms"])
    exclusions = _read_words(entry, "exclusions")
    both = {term for term, _ in terms} & set(exclusions)
    if both:
        raise VocabularyError(
            f"{sorted(both)} stand among both terms and exclusions of {key}.", where=entry.where, hint="Keep one."
        )
    return Theme(key, entry["zh"], entry["about"], terms, exclusions,
                 _read_words(entry, "examples"), _read_words(entry, "counterexamples"))  # fmt: skip


def _read_terms(entry: Entry) -> tuple[tuple[str, float], ...]:
    """(term, weight) pairs of a mapping of weights to lists of terms."""
    found: dict[str, float] = {}
    for weight, words in entry.items():
        positive = isinstance(weight, int | float) and not isinstance(weight, bool) and weight > 0
        if not positive or not isinstance(words, list):
            raise VocabularyError(
                f"{weight!r}: {words!r} is no weight with its terms.", where=entry.where,
                hint="Write e.g. `3: [孵化, 载体]`.",
            )  # fmt: skip
        for word in words:
            if not isinstance(word, str) or not word:
                raise VocabularyError(f"the term {word!r} is no text.", where=entry.where, hint="Put it in quotes.")
            if word in found:
                raise VocabularyError(
                    f"the term {word!r} stands twice.", where=entry.where, hint="Keep the one with the right weight."
                )
            found[word] = float(weight)
    return tuple(found.items())


def _read_words(entry: Entry, key: str) -> tuple[str, ...]:
    """A list of texts, without repeats."""
    for word in entry.get(key, ()):
        if not isinstance(word, str) or not word:
            raise VocabularyError(f"{key}: {word!r} is no text.", where=entry.where, hint="Put it in quotes.")
    return tuple(dict.fromkeys(entry.get(key, ())))
