"""What stands around each sentence of a plan: the headings above, a heading that ran into its text, an opening."""

from __future__ import annotations

import re

from compare.structure import Document
from compare.themes.furniture import FurnitureFinder
from compare.themes.terms import TermMatcher

NOTHING = -1
"""In place of the number of a heading: there is none, or it says nothing."""
PREAMBLE = -2
"""In place of the number of a heading: it announces a preamble."""
Path = tuple[str, ...]
_COMMITMENT = re.compile(r"(?:\d|[X×*]{1,3})[^年月日、，。）]?(?:%|[家个名人项件次场亿万条])")
_LEAD = 26  # length of the opening that stands in for a heading which ran into its text


class Surroundings:
    """Where the sentences of a plan stand.

    Attributes
    ----------
    places : list of int
        For each sentence, the number of the place whose headings it stands under.
    opened : dict of int to int
        For each heading among the sentences, the place that it opens.
    leads : dict of int to int
        For sentences that follow a heading which ran into its text, the number of that heading.
    preambles : dict of int to float
        For sentences before the first heading of the plan, how far they count as its opening.
    deaf : list of int
        Sentences for which the headings above no longer hold.
    furniture : list of int
        Sentences that are no part of what the plan says.
    headings : dict of str to int
        The headings that count, with their numbers.
    heading_of, around : list of int
        For each place the heading that opens it, and the place around it.
    levels : list of list of int
        The places with no heading above, with one, with two, and so on.
    """

    def __init__(self, document: Document, matcher: TermMatcher, furniture: FurnitureFinder) -> None:
        self.places: list[int] = []
        self.opened: dict[int, int] = {}
        self.leads: dict[int, int] = {}
        self.preambles: dict[int, float] = {}
        self.deaf: list[int] = []
        self.furniture: list[int] = []
        self.headings: dict[str, int] = {}
        self.heading_of = [NOTHING]
        self.around = [0]
        self.levels: list[list[int]] = [[0]]
        self._numbers: dict[Path, int] = {(): 0}
        self._judge = matcher.judge_heading
        self._survey(document, matcher.vocabulary.resets, furniture)

    def _survey(self, document: Document, resets: tuple[str, ...], furniture: FurnitureFinder) -> None:
        is_furniture, title = furniture.is_furniture, document.title
        reset_initials = {word[0] for word in resets}
        opening = any(s.is_heading for s in document.sentences)
        last: Path = ()
        place = 0
        reset: Path | None = None
        lead, lead_at = "", None
        for row, (_, _, _, _, plain, path, item, paragraph, is_heading, _, _) in enumerate(document.sentences):
            if path is not last:
                last, place = path, self._number_place(path)
            self.places.append(place)
            if is_heading:
                opening = False
                self.opened[row] = self._number_place((*path, plain.rstrip("。！？；：")))
            if reset is None or reset != path:
                reset = path if plain[0] in reset_initials and plain.startswith(resets) else None
            if is_furniture(plain, title, is_heading):
                self.furniture.append(row)
                continue
            if reset is not None:
                self.deaf.append(row)
            elif item:
                at = paragraph, item, path
                if at == lead_at:
                    self.leads[row] = self._number_heading(lead)
                elif not is_heading and plain.startswith(item):
                    lead, lead_at = plain[:_LEAD], at
            if opening:
                self.preambles[row] = 0.25 if _COMMITMENT.search(plain) else 1.0

    def _number_place(self, path: Path) -> int:
        """The number of the place under some headings."""
        number = self._numbers.get(path)
        if number is None:
            around = self._number_place(path[:-1])
            verdict = self._judge(path[-1])
            number = self._numbers[path] = len(self.around)
            self.around.append(around)
            if verdict:
                self.heading_of.append(PREAMBLE if verdict == "overview" else NOTHING)
            else:
                self.heading_of.append(self._number_heading(path[-1]))
            if len(path) == len(self.levels):
                self.levels.append([])
            self.levels[len(path)].append(number)
        return number

    def _number_heading(self, heading: str) -> int:
        return self.headings.setdefault(heading, len(self.headings))
