"""What stands around each sentence of a plan: the headings above, a heading that ran into its text, an opening."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from compare.structure import Document
from compare.themes.furniture import FurnitureFinder
from compare.themes.terms import TermMatcher

NOTHING = -1
"""Stands for the heading that a sentence or place does not have."""
PREAMBLE = -2
"""Stands for a heading that announces a preamble."""
_COMMITMENT = re.compile(r"(?:\d|[X×*]{1,3})[^年月日、，。）]?(?:%|[家个名人项件次场亿万条])")
_LEAD = 26  # length of the opening that stands in for a heading which ran into its text


@dataclass(slots=True)
class Surroundings:
    """Where the sentences of a plan stand, one entry a sentence, then the places and headings these entries number.

    `paths` and `items` number the places under whose headings a sentence stands and to which it counts (for a heading,
    the place it opens); `leads` numbers the heading that ran into the text. `listens` is 0 where the headings above do
    not hold, `preambles` says how far a sentence stands in an opening before any heading. A place has its own heading
    and the place around it.
    """

    furniture: list[bool] = field(default_factory=list)
    paths: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    leads: list[int] = field(default_factory=list)
    listens: list[float] = field(default_factory=list)
    preambles: dict[int, float] = field(default_factory=dict)
    places: list[tuple[int, int]] = field(default_factory=list)
    headings: dict[str, int] = field(default_factory=dict)


def survey(document: Document, matcher: TermMatcher) -> Surroundings:
    """Where each sentence of a plan stands.

    Parameters
    ----------
    document : Document
    matcher : TermMatcher

    Returns
    -------
    Surroundings
    """
    found = Surroundings()
    resets = matcher.vocabulary.resets
    numbers: dict[tuple[str, ...], int] = {}
    is_furniture = FurnitureFinder(matcher, document.title).is_furniture
    opening = any([s.is_heading for s in document.sentences])
    reset: tuple[str, ...] | None = None
    lead_place: tuple[tuple[str, ...], str, int] | None = None
    lead = ""

    def number_of(path: tuple[str, ...]) -> int:
        number = numbers.get(path)
        if number is None:
            around = number_of(path[:-1]) if path else 0
            verdict = matcher.judge_heading(path[-1]) if path else "neutral"
            if verdict:
                heading = PREAMBLE if verdict == "overview" else NOTHING
            else:
                heading = found.headings.setdefault(path[-1], len(found.headings))
            number = numbers[path] = len(found.places)
            found.places.append((heading, around))
        return number

    for row, (_, _, _, _, plain, path, item, paragraph, is_heading, _, _) in enumerate(document.sentences):
        number = number_of(path)
        found.paths.append(number)
        found.items.append(number_of((*path, plain.rstrip("。！？；："))) if is_heading else number)
        if is_heading:
            opening = False
        if reset != path:
            reset = path if plain.startswith(resets) else None
        furniture = is_furniture(plain, is_heading)
        found.furniture.append(furniture)
        follows = False
        if not furniture and reset is None:
            here = (path, item, paragraph)
            follows = here == lead_place
            if not follows and item and not is_heading and plain.startswith(item):
                lead_place, lead = here, plain[:_LEAD]
        found.leads.append(found.headings.setdefault(lead, len(found.headings)) if follows else NOTHING)
        found.listens.append(1.0 if reset is None else 0.0)
        if opening and not furniture:
            found.preambles[row] = 0.25 if _COMMITMENT.search(plain) else 1.0
    return found
