"""Plans coded by hand: their targets, their sentences with themes, and where in the text each coded number stands."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from compare.errors import BuildError

Cells = dict[str, str]
_TARGETS = ".targets.csv"


@dataclass(frozen=True, slots=True)
class CodedPlan:
    """One plan as a person coded it.

    `spans` holds the place of each target's number; `themes` is empty where the plan was not coded for themes.
    """

    name: str
    file: Path
    text: str
    targets: tuple[Cells, ...]
    spans: tuple[tuple[int, int], ...]
    sentences: tuple[Cells, ...]
    themes: tuple[Cells, ...]


def read_coded(folder: Path, plans: Path | None = None) -> list[CodedPlan]:
    """Read every coded plan of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``<plan>.targets.csv`` and, for themes, ``<plan>.sentences.csv`` and ``<plan>.themes.csv``.
    plans : pathlib.Path, optional
        Where ``<plan>.txt`` stands if neither in ``folder/plans`` nor in `folder`.

    Raises
    ------
    BuildError
        There are no coded plans, a text is missing, or a coded quote does not stand in its text.
    """
    paths = sorted(folder.glob(f"*{_TARGETS}"))
    if not paths:
        raise BuildError(
            "there are no coded plans (<plan>.targets.csv).", where=str(folder), hint="Name a folder that holds some."
        )
    return [_read_plan(folder, path.name.removesuffix(_TARGETS), plans) for path in paths]


def read_cells(path: Path) -> list[Cells]:
    """The rows of a CSV file as text, by column."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _read_plan(folder: Path, name: str, plans: Path | None) -> CodedPlan:
    places = [folder / "plans", folder, *([plans] if plans else [])]
    file = next((place / f"{name}.txt" for place in places if (place / f"{name}.txt").exists()), None)
    if file is None:
        raise BuildError(f"the text {name}.txt is missing.", where=str(folder), hint="Say where it is with --plans.")
    text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    targets = read_cells(folder / f"{name}{_TARGETS}")
    coded_themes = (folder / f"{name}.themes.csv").exists()
    return CodedPlan(
        name=name, file=file, text=text, targets=tuple(targets), spans=tuple(_find_numbers(text, targets, name)),
        sentences=tuple(read_cells(folder / f"{name}.sentences.csv")) if coded_themes else (),
        themes=tuple(read_cells(folder / f"{name}.themes.csv")) if coded_themes else (),
    )  # fmt: skip


def _find_numbers(text: str, targets: list[Cells], name: str) -> list[tuple[int, int]]:
    """Where each coded number stands; a quote that was coded more than once is taken in text order."""
    seen: Counter[tuple[str, str]] = Counter()
    spans = []
    for row in targets:
        quote, number = row["quote"], row["num_text"]
        at, inside = text.find(quote), quote.find(number)
        if at < 0 or inside < 0:
            raise BuildError(
                f"the quote of {row['id']} does not stand in the text.", where=f"{name}{_TARGETS}",
                hint="Quote the text exactly, and the number within the quote.",
            )  # fmt: skip
        for _ in range(seen[quote, number]):
            again = quote.find(number, inside + 1)
            if again >= 0:
                inside = again
                continue
            later = text.find(quote, at + 1)
            if later >= 0:
                at, inside = later, quote.find(number)
        seen[quote, number] += 1
        spans.append((at + inside, at + inside + len(number)))
    return spans
