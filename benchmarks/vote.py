"""How good the vote on themes is when even its settings are chosen without the plan it is scored on.

For each coded plan, the settings that do best on the others (each voted on after training without it) are taken, the
vote is trained on the others with these, and scored on the plan: nested leave-one-plan-out. Takes some minutes.

    python benchmarks/vote.py
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

from compare.evaluate import format_vote, read_examples, read_lessons, score_vote
from compare.evaluate.voting import VoteScores
from compare.themes import VoteSettings

PROJECT = Path(__file__).resolve().parent.parent
GRID = [
    VoteSettings(longest, opening, headings, section)
    for longest, opening, headings, section in product((2, 3), (0.0, 0.5), (0.4, 0.6, 0.8), (0.0, 0.4))
]


def main() -> None:
    """Choose and score for each plan, and print the settings chosen and the figures over all plans."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--coded", type=Path, nargs="+", default=[PROJECT / "tests" / "gold"], help="coded plans")
    parser.add_argument(
        "--cases", type=Path, default=PROJECT / "tests" / "cases" / "themes.yml", help="single sentences"
    )
    parser.add_argument("--raw", type=Path, default=PROJECT / "data" / "raw", help="texts of the plans")
    given = parser.parse_args()
    lessons, examples = read_lessons(given.coded, given.raw, None), read_examples(given.cases)
    total = VoteScores()
    for lesson in lessons:
        if lesson.folder != str(given.coded[0]):
            continue
        rest = [other for other in lessons if other is not lesson]
        found = [score_vote(rest, examples, settings=settings).figures("vote")["accuracy"] for settings in GRID]
        chosen = GRID[found.index(max(found))]
        print(f"{lesson.name}: {chosen}, {max(found):.4f} on the others", flush=True)
        total.add(score_vote(lessons, examples, names={lesson.name}, settings=chosen))
    print(format_vote(total))


if __name__ == "__main__":
    main()
