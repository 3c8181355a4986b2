"""Which built target stands for which coded one, and where the two differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compare.evaluate.coded import Cells, CodedPlan

STRICT = ("value_min", "value_max", "unit", "bound", "measure", "masked")
FULL = (*STRICT, "indicator", "tier")
FIELDS = (*FULL, "headline", "year")
_BUILT_NAMES = {"year": "due_year"}
_FLAGS = {"masked", "headline"}
_YES = {"1", "1.0", "true", "True"}
_LEAST_SHARE = 3

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of coded and built targets of one plan, by position.

    `pairs` leads from the coded to the built one; `ignored` are built ones that stand for an optional coded one;
    `extra` are built ones that stand for none; `wrong` holds, for each required coded one that was found, the fields
    that differ.
    """

    pairs: dict[int, int]
    ignored: frozenset[int]
    extra: tuple[int, ...]
    wrong: dict[int, tuple[str, ...]]


def match_targets(plan: CodedPlan, built: Sequence[Cells]) -> Matches:
    """Pair coded with built targets.

    Two may pair when their numbers share a third of the longer one; required targets choose first, then those that
    share most, then those whose fields agree best.
    """
    spans = [span_of(row, "number_start", "number_end") for row in built]
    free = set(range(len(built)))
    pairs: dict[int, int] = {}
    ignored = set()
    for status in ("required", "optional"):
        candidates = [
            (-shared, -_agreement(coded, built[j]), i, j)
            for i, coded in enumerate(plan.targets)
            if (coded["status"] == "required") is (status == "required")
            for j in free
            if (shared := _shared(plan.spans[i], spans[j]))
        ]
        for _, _, i, j in sorted(candidates):
            if i not in pairs and j in free:
                pairs[i] = j
                free.discard(j)
                if status == "optional":
                    ignored.add(j)
    wrong = {
        i: tuple(f for f in FIELDS if not agrees(f, plan.targets[i], built[j]))
        for i, j in sorted(pairs.items())
        if plan.targets[i]["status"] == "required"
    }
    return Matches(pairs, frozenset(ignored), tuple(sorted(free)), wrong)


def agrees(field: str, coded: Cells, built: Cells) -> bool:
    """Whether a coded and a built target say the same in one field."""
    left, right = coded[field].strip(), built_value(field, built)
    if field in _FLAGS:
        return (left in _YES) == (right in _YES)
    if field == "unit":
        return left.replace("％", "%") == right.replace("％", "%")
    try:
        return abs(float(left) - float(right)) < 1e-9 * max(1.0, abs(float(left)))
    except ValueError:
        return left == right


def built_value(field: str, built: Cells) -> str:
    """What a built target says in a field of the coding guide."""
    return (built.get(_BUILT_NAMES.get(field, field)) or "").strip()


def span_of(row: Cells, start: str, end: str) -> Span:
    """A span of table cells; one outside every text where they hold none."""
    try:
        return int(float(row[start])), int(float(row[end]))
    except (KeyError, ValueError):
        return -1, -1


def overlap(a: Span, b: Span) -> int:
    """How many characters two spans share; negative where they lie apart."""
    return min(a[1], b[1]) - max(a[0], b[0])


def _shared(coded: Span, built: Span) -> int:
    """The characters two numbers share, 0 where that is less than a third of the longer one."""
    shared = overlap(coded, built)
    longer = max(coded[1] - coded[0], built[1] - built[0])
    return shared if shared > 0 and _LEAST_SHARE * shared >= longer else 0


def _agreement(coded: Cells, built: Cells) -> int:
    return sum(agrees(f, coded, built) for f in FIELDS)
