"""What a brief says, before it becomes a Word file or a page: findings, figures, table, method and notes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compare.brief.figures import BriefFigure, PlacedFigure, place_figures
from compare.brief.findings import (
    Cited,
    Sentence,
    find_findings,
    list_groups,
    name_group,
    say_cell,
    with_numbers,
)
from compare.style.names import join_names, name_plans, say_source
from compare.vocabulary.labels import read_words

if TYPE_CHECKING:
    import pandas as pd

    from compare.brief.settings import BriefSettings
    from compare.pipeline import Tables

WIDEST_MATRIX = 6
PAGE_CM = (17.0, 25.8)  # what A4 leaves for text
_HEADING = 1.5
_PLACES_NAMED = 6
GROUPS_LISTED, PLACES_LISTED = 12, 5
_CAVEATS = ("caveats", "caveat_bounds", "caveat_compare", "caveat_masked", "caveat_shares", "caveat_notes")


@dataclass(frozen=True)
class Content:
    """Everything a brief says in one language.

    Attributes
    ----------
    title, subtitle : str
    findings : list of tuple
        As from `find_findings`.
    figures : list of PlacedFigure
        In the order of the pages, for an A4 page of `PAGE_CM`.
    lead : str
        What stands above the table, or why there is none.
    heads : list of str
        Of the table; empty where nothing is comparable.
    rows : list of list
        Cells: strings, or `Cited` ones.
    caveats : list of str
    numbers : dict of str to int
        Number of the note of each target, in the order of first citation.
    notes : dict of int to str
    """

    lang: str
    words: dict[str, str]
    title: str
    subtitle: str
    findings: list[Sentence]
    figures: list[PlacedFigure]
    lead: str
    heads: list[str]
    rows: list[list[str | Cited]]
    caveats: list[str]
    numbers: dict[str, int]
    notes: dict[int, str]


def write_content(tables: Tables, settings: BriefSettings, figures: Sequence[BriefFigure]) -> Content:
    """Say what the tables hold, and number the sources in the order in which they are cited."""
    lang = settings.language
    words = read_words("brief/words.yml", lang)
    names = name_plans(tables.plans, lang)
    findings = find_findings(tables, lang, settings.findings)
    lead, heads, rows = _make_table(tables, names, words, lang)
    cited = [part for parts in (*findings, *rows) for part in parts if isinstance(part, Cited)]
    numbers = {target: at for at, target in enumerate(dict.fromkeys(part.target_id for part in cited), 1)}
    places = join_names(list(names.values()), lang, most=_PLACES_NAMED)
    title = words["title" if len(names) > 1 else "title_one"].format(place=places, years=say_years(tables, lang))
    return Content(
        lang=lang, words=words, title=settings.title or title,
        subtitle=settings.subtitle or words["subtitle"].format(places=places), findings=findings,
        figures=place_figures(figures, *PAGE_CM, taken=_HEADING), lead=lead, heads=heads, rows=rows,
        caveats=_list_caveats(tables, names, words, lang),
        numbers=numbers, notes=_write_notes(tables, names, words, lang, numbers),
    )  # fmt: skip


def say_years(tables: Tables, lang: str = "zh") -> str:
    """The years that the plans are for, as a title has them."""
    years = sorted({int(year) for year in tables.plans["plan_year"].dropna()})
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return f"{span}年" if span and lang == "zh" else span


def _make_table(
    tables: Tables, names: dict[str, str], words: dict[str, str], lang: str
) -> tuple[str, list[str], list[list[str | Cited]]]:
    """What is compared: a row for each group with a column for each plan, or for many plans the largest of each."""
    groups = list_groups(tables)
    if not groups:
        return words["none_comparable"], [], []
    plans = [p for p in tables.plans["plan_id"] if any(p in set(rows["plan_id"]) for rows in groups)]
    if len(plans) <= WIDEST_MATRIX:
        heads = [words["indicator"], *(names[p] for p in plans)]
        return words["targets_lead"], heads, [_fill_row(rows, plans, tables, words, lang) for rows in groups]
    cells: list[list[str | Cited]] = []
    for group in groups[:GROUPS_LISTED]:
        ordered = with_numbers(group, tables.targets).sort_values(["rank_low", "plan_id"], kind="stable")
        for at, row in enumerate(ordered.head(PLACES_LISTED).to_dict("records")):
            head = "" if at else name_group(row, lang)
            cells.append([head, names[row["plan_id"]], _say_cited(row, words, lang)])
        if len(ordered) > PLACES_LISTED:
            cells.append(["", words["more"].format(count=len(ordered) - PLACES_LISTED), words["more_where"]])
    lead = words["targets_lead_many"].format(groups=min(len(groups), GROUPS_LISTED), most=PLACES_LISTED)
    return lead, [words["indicator"], words["place"], words["value"]], cells


def _fill_row(
    group: pd.DataFrame, plans: Sequence[str], tables: Tables, words: dict[str, str], lang: str
) -> list[str | Cited]:
    by_plan = {row["plan_id"]: row for row in with_numbers(group, tables.targets).to_dict("records")}
    cells: list[str | Cited] = [name_group(group.iloc[0], lang)]
    return cells + [_say_cited(by_plan[p], words, lang) if p in by_plan else "—" for p in plans]


def _say_cited(row: Any, words: dict[str, str], lang: str) -> Cited:
    return Cited(say_cell(row, lang, words["hidden"]), row["target_id"])


def _list_caveats(tables: Tables, names: dict[str, str], words: dict[str, str], lang: str) -> list[str]:
    caveats = [words[key] for key in _CAVEATS]
    caveats.append(words["caveat_few"].format(plans=len(tables.plans)))
    unsure = tables.plans[tables.plans["name_basis"].isin(["inferred", "masked"])]
    if len(unsure):
        places = join_names([names[plan] for plan in unsure["plan_id"]], lang)
        caveats.append(words["caveat_names"].format(places=places))
    if len(tables.problems):
        lost = int((tables.problems["severity"] == "lost").sum())
        caveats.append(words["caveat_problems"].format(count=len(tables.problems), lost=lost))
    return [*caveats, say_source(tables.plans, lang)]


def _write_notes(
    tables: Tables, names: dict[str, str], words: dict[str, str], lang: str, numbers: dict[str, int]
) -> dict[int, str]:
    """For each number cited, its plan, sentence and words."""
    targets = {row["target_id"]: row for row in tables.targets.to_dict("records") if row["target_id"] in numbers}
    sentences = {
        str(plan): (list(rows["start"]), list(rows["end"]), list(rows["n"]))
        for plan, rows in tables.sentences.groupby("plan_id")
    }
    notes = {}
    for target_id, number in numbers.items():
        row = targets[target_id]
        starts, ends, order = sentences.get(row["plan_id"], ([], [], []))
        at = bisect_right(starts, row["number_start"]) - 1
        placed = at >= 0 and row["number_start"] < ends[at]
        notes[number] = words["note" if placed else "note_unplaced"].format(
            place=names[row["plan_id"]], file=f"（{row['file']}）" if lang == "zh" else f"({row['file']})",
            n=order[at] if placed else "", start=row["number_start"], end=row["number_end"],
            quote="".join(row["quote"].split()),
        )  # fmt: skip
    return notes
