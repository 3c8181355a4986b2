"""Corpora of any size with known targets, made from the shipped plans: their parts recombined, their numbers changed.

    python benchmarks/generate.py FOLDER --plans 1000

writes FOLDER/raw/*.txt and FOLDER/known.csv, which lists every target (file, quote, number, value_min, value_max, unit)
that was coded by hand in the plan its line comes from, with the number it has now.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
COLUMNS = ("file", "quote", "number", "value_min", "value_max", "unit")
LENGTH = 3000  # characters at least; with the part that crosses it, a plan has about 12 KB like the shipped ones

_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ORDER = "一二三四五六七八九十"
_STEMS = "安宁永泰平康兴昌华德新建长清江河海山阳云"
_ENDS = "州阳安江城川山原"


@dataclass(frozen=True)
class Known:
    """A target coded by hand: the clause and the number as they stand in their line, and what they mean."""

    quote: str
    number: str
    value_min: float | None
    value_max: float | None
    unit: str


@dataclass(frozen=True)
class Part:
    """A part of a plan that can stand anywhere: its lines under one heading, and the targets in each line."""

    lines: tuple[tuple[str, tuple[Known, ...]], ...]


def read_parts() -> list[Part]:
    """The parts of the shipped plans with the targets that the hand-coded set lists for them."""
    parts = []
    for path in sorted((PROJECT / "data" / "raw").glob("*.txt")):
        known = list(_read_known(PROJECT / "tests" / "gold" / f"{path.stem}.targets.csv"))
        lines: list[tuple[str, tuple[Known, ...]]] = []
        for line in filter(str.strip, path.read_text(encoding="utf-8-sig").splitlines()):
            if _SECTION.match(line.strip()):
                parts.append(Part(tuple(lines)))
                lines = []
            held = tuple(k for k in known if k.quote in line and k.number in k.quote)
            known = [k for k in known if k not in held]
            lines.append((line.strip(), held))
        parts.append(Part(tuple(lines)))
    return [p for p in parts if p.lines and _SECTION.match(p.lines[0][0])]


def _read_known(path: Path) -> Iterator[Known]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["status"] == "required":
                low, high = (float(row[c]) if row[c] else None for c in ("value_min", "value_max"))
                yield Known(row["quote"], row["num_text"], low, high, row["unit"])


def make_plan(rng: random.Random, parts: list[Part], *, length: int = LENGTH) -> tuple[str, list[Known]]:
    """One plan: a heading of an invented place, then parts drawn from all plans until it is long enough."""
    place = rng.choice(_STEMS) + rng.choice(_STEMS) + rng.choice(_ENDS) + "市"
    lines = [f"{place}{rng.randint(2015, 2025)}年科技工作要点"]
    known: list[Known] = []
    size, order = 0, 0
    while size < length and order < len(_ORDER):
        part = rng.choice(parts)
        for text, held in part.lines:
            if _SECTION.match(text):
                text = _SECTION.sub(f"{_ORDER[order]}、", text, count=1)
            text, moved = _change_numbers(rng, text, held)
            lines.append(text)
            known += moved
            size += len(text)
        order += 1
    return "\n".join(lines) + "\n", known


def _change_numbers(rng: random.Random, text: str, held: tuple[Known, ...]) -> tuple[str, list[Known]]:
    """The line with another number of as many digits in each of its plain targets."""
    moved = []
    for target in held:
        digits = _NUMBER.findall(target.number)
        values = [v for v in (target.value_min, target.value_max) if v is not None]
        alone = len(digits) == 1 and text.count(target.quote) == 1 and target.quote.count(target.number) == 1
        alone = alone and not any(target.number in other.quote for other in held if other is not target)
        if not alone or not values or any(abs(v) != float(digits[0]) for v in values):
            moved.append(target)
            continue
        drawn = _draw_like(rng, digits[0])
        number = target.number.replace(digits[0], drawn)
        quote = target.quote.replace(target.number, number)
        text = text.replace(target.quote, quote)
        low, high = (None if v is None else float(drawn) * (1 if v >= 0 else -1)
                     for v in (target.value_min, target.value_max))  # fmt: skip
        moved.append(Known(quote, number, low, high, target.unit))
    return text, moved


def _draw_like(rng: random.Random, digits: str) -> str:
    """Another number with as many digits."""
    whole, _, tail = digits.partition(".")
    first = rng.randint(2, 9) if len(whole) == 1 else rng.randint(10 ** (len(whole) - 1), 10 ** len(whole) - 1)
    return f"{first}.{''.join(str(rng.randint(1, 9)) for _ in tail)}" if tail else str(first)


def make_corpus(folder: Path, plans: int, *, seed: int = 7) -> int:
    """Write a corpus; returns its size in bytes."""
    rng, parts = random.Random(seed), read_parts()
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    size = 0
    with (folder / "known.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(plans):
            text, known = make_plan(rng, parts)
            name = f"plan_{number:06d}.txt"
            data = text.encode()
            (raw / name).write_bytes(data)
            size += len(data)
            writer.writerows((name, k.quote, k.number, k.value_min, k.value_max, k.unit) for k in known)
    return size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    written = make_corpus(options.folder, options.plans, seed=options.seed)
    print(f"{options.plans} plans, {written / 1e6:.1f} MB in {options.folder / 'raw'}")
