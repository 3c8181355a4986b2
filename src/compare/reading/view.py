"""Build the page of one plan from the tables, for a file or for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from compare.errors import BuildError, CompareError
from compare.reading.cards import list_cards, list_choices, theme_sentences, unclaimed_cards
from compare.reading.markup import mark_up
from compare.reading.page import fill_page, write_page
from compare.vocabulary.labels import label, read_words

if TYPE_CHECKING:
    import pandas as pd

    from compare.pipeline import Tables


@dataclass(frozen=True)
class ReadingView:
    """A plan's reading view; a notebook displays it, `str` gives its HTML.

    Attributes
    ----------
    plan_id : str
    html : str
        A whole page.
    height : int
        Of the frame in a notebook, in pixels.
    """

    plan_id: str
    html: str
    height: int = 760

    def _repr_html_(self) -> str:
        """The page in a sandboxed frame, so that neither side can reach the other."""
        return (
            f'<iframe title="{escape(self.plan_id)}" sandbox="allow-scripts allow-popups" srcdoc="{escape(self.html)}" '
            f'style="width:100%;height:{self.height}px;border:1px solid #ccc"></iframe>'
        )

    def __str__(self) -> str:
        return self.html


def show(plan: str, tables: Tables | None = None, *, lang: str = "zh", height: int = 760) -> ReadingView:
    """The reading view of one plan.

    Parameters
    ----------
    plan : str
        plan_id, file name, or city.
    tables : Tables, optional
        Default: the tables in `data/processed` of this project.
    lang : {"zh", "en"}
        Language of the labels; the text stays as written.
    height : int
        Of the frame in a notebook, in pixels.

    Returns
    -------
    ReadingView

    Raises
    ------
    CompareError
        No plan, or more than one, has that name.
    """
    if tables is None:
        from compare.pipeline import load_tables

        tables = load_tables()
    plan_id = find_plan(plan, tables)
    return ReadingView(plan_id, _build_page(plan_id, tables, lang), height)


def write_reading(plan_id: str, tables: Tables, path: Path | str, *, lang: str = "zh") -> Path:
    """Write the reading view of one plan.

    Parameters
    ----------
    plan_id : str
    tables : Tables
    path : Path or str
        A file ending in .html, or the folder to write `<plan_id>.html` into.
    lang : {"zh", "en"}

    Returns
    -------
    Path
        The file written.
    """
    path = Path(path)
    if path.suffix != ".html":
        path = path / f"{plan_id}.html"
    return write_page(path, _build_page(plan_id, tables, lang))


def find_plan(plan: str, tables: Tables) -> str:
    """The plan_id of the plan called so: by plan_id, file, or city."""
    plans = tables.plans
    for column in ("plan_id", "file", "city"):
        found = plans.loc[plans[column] == plan, "plan_id"]
        if len(found) == 1:
            return str(found.iloc[0])
        if len(found) > 1:
            raise CompareError(f"{plan!r} names {len(found)} plans.", hint=f"Give one of: {', '.join(found)}.")
    raise CompareError(f"no plan is called {plan!r}.", hint=f"Give one of: {', '.join(plans['plan_id'].head(20))}.")


def _build_page(plan_id: str, tables: Tables, lang: str) -> str:
    words = read_words("reading/words.yml", lang)
    plan = tables.plans[tables.plans["plan_id"] == plan_id].iloc[0]
    text = tables.text(plan_id)
    sentences = tables.sentences[tables.sentences["plan_id"] == plan_id]
    targets = tables.targets[tables.targets["plan_id"] == plan_id]
    unclaimed = tables.unclaimed[tables.unclaimed["plan_id"] == plan_id]
    for numbered in (targets, unclaimed):
        _check_offsets(plan_id, text, numbered)

    cards, numbers = list_cards(targets, lang)
    others, other_numbers = unclaimed_cards(unclaimed, lang)
    markup = mark_up(
        text, theme_sentences(sentences, lang), [*numbers, *other_numbers],
        headings=[*dict.fromkeys(sentences["section"])], title=plan["title"],
    )  # fmt: skip
    indicators, themes = list_choices(targets, lang)
    name = plan["title"] or plan["file"]
    place = plan["city"] or words["no_city"]
    facts = [
        (words["city"], " ".join(filter(None, [plan["province"], place]))),
        (words["plan_year"], str(plan["plan_year"]) if plan["plan_year"] == plan["plan_year"] else ""),
        (words["issuer"], plan["issuer"]), (words["file"], plan["file"]),
        (words["name_basis"], label("name_basis", plan["name_basis"], lang)),
    ]  # fmt: skip
    return fill_page(
        "reading/page.html", styles=("reading/look.css", "reading/page.css"), scripts=("reading/page.js",),
        w=words, lang=lang,
        title=f"{place}：{name}" if plan["city"] and plan["city"] not in name else name, text=markup,
        facts=[(key, value) for key, value in facts if value],
        source=plan["source_url"] if plan["source_url"].startswith(("https://", "http://")) else "",
        count=words["count"].format(
            targets=len(targets), masked=int(targets["masked"].sum()), others=len(unclaimed), sentences=len(sentences)
        ),
        indicators=indicators, themes=themes, targets=cards, others=others,
    )  # fmt: skip


def _check_offsets(plan_id: str, text: str, rows: pd.DataFrame) -> None:
    """Tables and text must be of the same build."""
    for start, end, number in zip(rows["number_start"], rows["number_end"], rows["number"], strict=True):
        if text[start:end] != number:
            raise BuildError(
                f"the text has {text[start:end]!r:.40} where the tables have {number!r}.",
                where=f"text/{plan_id}.txt",
                hint="Text and tables are not of the same build: run `plancompare build`.",
            )
