"""Lines that are no part of what a plan says: its title, empty announcements, the page around it."""

from __future__ import annotations

import re

from compare.themes.roles import OPENING
from compare.themes.terms import TermMatcher

_FURNITURE = re.compile(
    r".*\.(?:docx?|pdf|wps|xlsx?|ofd|zip)|各[^。；]*：|[（\[][^（。；]*(?:负责|落实|配合|牵头)[）\]]"
    r"|(?:[^、，。]{2,16}(?:局|委|厅|办|部|政府|管委会|公司|行)[、，]){2,}[^、，。]{2,20}[）\]]?",
    re.IGNORECASE,
)
_MAY_BE_FURNITURE = re.compile(r"各|[（\[]|.*(?:[局委厅办部府会司行][、，]|[a-z]$)", re.IGNORECASE)
_FINAL = frozenset("。；！？")


class FurnitureFinder:
    """Tells the furniture of plans by the words of `none` in `themes.yml`."""

    def __init__(self, matcher: TermMatcher) -> None:
        self._judge = matcher.judge_heading
        self._starts = matcher.vocabulary.starts
        self._initials = frozenset(OPENING).union([word[0] for word in self._starts])

    def is_furniture(self, plain: str, title: str, is_heading: bool) -> bool:
        """Whether a sentence is the title, says nothing but "main goals", or belongs to the page around the plan."""
        if plain[-1] not in _FINAL and (
            plain == title or (_MAY_BE_FURNITURE.match(plain) and _FURNITURE.fullmatch(plain))
        ):
            return True
        if is_heading and self._judge(plain):
            return True
        return plain[0] in self._initials and self._belongs_to_page(plain.lstrip(OPENING))

    def _belongs_to_page(self, body: str) -> bool:
        if not body.startswith(self._starts):
            return False
        start = next(s for s in self._starts if body.startswith(s))
        rest = body[len(start) :]
        return not rest or rest[0] in "：: 。！，）)0123456789" or len(start) > 4
