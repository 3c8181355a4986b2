"""What a brief is to hold: language, title, plans, figures; from a small YAML file if wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.brief.findings import MOST_FINDINGS
from compare.errors import BuildError, VocabularyError
from compare.vocabulary.loading import Entry, check_keys, read_yaml

if TYPE_CHECKING:
    from compare.pipeline import Tables

FORMATS = ("docx", "html")
STANDARD = ("coverage", "target_structure", "target_panels", "words_numbers", "priority_heatmap", "differences")
STANDARD_ALONE = ("target_structure", "words_numbers", "priority_profiles")  # of one plan nothing is compared
_KEYS: dict[str, type | tuple[type, ...]] = {
    "language": str, "title": str, "subtitle": str, "cities": list, "figures": list, "findings": int, "formats": list,
}  # fmt: skip


@dataclass(frozen=True)
class FigureChoice:
    """A figure by its name, and what is said of it in place of what it says of itself."""

    name: str
    caption: str = ""
    description: str = ""


@dataclass(frozen=True)
class BriefSettings:
    """The choices for a brief; the defaults are the standard brief.

    Attributes
    ----------
    language : {"zh", "en"}
    title, subtitle : str
        In place of those made from the plans.
    cities : tuple of str
        Plans by city, plan_id or file; none means all.
    figures : tuple of FigureChoice
        In this order as far as pages allow; none means no figure.
    findings : int
        How many at most.
    formats : tuple of str
        Of docx and html.
    origin : str
        Name of the file that they are from, for messages.
    """

    language: str = "zh"
    title: str = ""
    subtitle: str = ""
    cities: tuple[str, ...] = ()
    figures: tuple[FigureChoice, ...] = tuple(FigureChoice(name) for name in STANDARD)
    findings: int = MOST_FINDINGS
    formats: tuple[str, ...] = FORMATS
    origin: str = "settings"


def read_settings(path: Path | str) -> BriefSettings:
    """Read the choices for a brief from a YAML file; `docs/brief.yml` describes every key.

    Raises
    ------
    CompareError
        The file is missing or no YAML, or has an unknown key or a wrong value: names file, line, key and remedy.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(
            "the settings cannot be read.", where=str(path), hint="Give a YAML file in UTF-8, such as docs/brief.yml."
        ) from error
    bare = all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())
    entry = Entry() if bare else read_yaml(text, path.name)
    _check(entry, _KEYS)
    given: dict[str, Any] = {key: entry[key] for key in ("title", "subtitle") if key in entry}
    if "language" in entry:
        given["language"] = _choose(entry, "language", entry["language"], ("zh", "en"))
    if "findings" in entry:
        if isinstance(entry["findings"], bool) or entry["findings"] < 1:
            raise _wrong(entry, "findings", entry["findings"], "Give a whole number of 1 or more.")
        given["findings"] = entry["findings"]
    if "cities" in entry:
        given["cities"] = tuple(_need_text(entry, "cities", city) for city in entry["cities"])
    if "figures" in entry:
        given["figures"] = tuple(_read_figure(entry, figure) for figure in entry["figures"])
    if "formats" in entry:
        given["formats"] = tuple(_choose(entry, "formats", name, FORMATS) for name in entry["formats"])
        if not given["formats"]:
            raise _wrong(entry, "formats", [], f"Give one or both of {', '.join(FORMATS)}.")
    return replace(BriefSettings(origin=path.name), **given)


def find_settings(path: Path | None, project: Path, lang: str = "") -> BriefSettings:
    """The settings of a file, or else of brief.yml in the project's folder, or else the standard ones.

    Parameters
    ----------
    path : Path, optional
    project : Path
    lang : {"", "zh", "en"}
        In place of the language of the settings, where it is given.
    """
    own = project / "brief.yml"
    path = path or (own if own.is_file() else None)
    settings = read_settings(path) if path else BriefSettings()
    return replace(settings, language=lang) if lang else settings


def choose_plans(tables: Tables, cities: Sequence[str], where: str = "settings") -> Tables:
    """The tables of some plans only, with comparisons and clusters among these.

    Parameters
    ----------
    tables : Tables
    cities : sequence of str
        Cities, plan_ids or file names; none means all plans.
    where : str
        What chose them, for the message.

    Raises
    ------
    BuildError
        No plan is called so.
    """
    if not cities:
        return tables
    from compare.clusters import cluster_plans
    from compare.comparison import compare_targets
    from compare.schema import TABLES

    plans = tables.plans
    chosen: list[str] = []
    for city in cities:
        found = plans.loc[(plans[["city", "plan_id", "file"]] == city).any(axis=1), "plan_id"]
        if found.empty:
            known = ", ".join(dict.fromkeys(str(c or p) for c, p in zip(plans["city"], plans["plan_id"], strict=True)))
            raise BuildError(f"there is no plan of {city!r}.", where=f"{where}, cities", hint=f"There are: {known}.")
        chosen += [plan for plan in found if plan not in chosen]
    frames = {name: getattr(tables, name) for name in TABLES}
    kept = {name: frame[frame["plan_id"].isin(chosen)] for name, frame in frames.items() if "plan_id" in frame.columns}
    relative = ["per_100k_people", "per_gdp"]  # known from the whole set, where the context was at hand
    compared = compare_targets(kept["targets"], kept["plans"]).drop(columns=relative)
    known_relative = frames["comparisons"][["target_id", *relative]]
    compared = compared.merge(known_relative, on="target_id", how="left")[list(frames["comparisons"].columns)]
    kept["comparisons"] = compared
    kept["clusters"] = cluster_plans(kept["sentences"], kept["priorities"]).table
    return replace(tables, **kept)


def _read_figure(entry: Entry, figure: Any) -> FigureChoice:
    if isinstance(figure, Entry):
        _check(figure, {"name": str, "caption": str, "description": str}, required=("name",))
        return FigureChoice(**figure)
    return FigureChoice(_need_text(entry, "figures", figure))


def _check(entry: Entry, allowed: dict[str, Any], required: tuple[str, ...] = ()) -> None:
    """Refuse what is not allowed, and say where every key is described."""
    try:
        check_keys(entry, allowed, required=required)
    except VocabularyError as error:
        raise VocabularyError(
            error.message, where=error.where, hint=f"{error.hint} docs/brief.yml describes every key."
        ) from error


def _need_text(entry: Entry, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(entry, key, value, "Give a list of names; put names that look like numbers in quotes.")
    return value


def _choose(entry: Entry, key: str, value: Any, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise _wrong(entry, key, value, f"Choose of: {', '.join(allowed)}.")
    return str(value)


def _wrong(entry: Entry, key: str, value: Any, hint: str) -> BuildError:
    return BuildError(f"{key!r} cannot be {value!r}.", where=entry.where, hint=hint)
