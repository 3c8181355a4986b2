"""Building coded plans afresh, in a folder of their own, and scoring what comes out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from compare.evaluate.coded import read_coded
from compare.evaluate.scoring import Scores, score_tables
from compare.pipeline import build


def evaluate_folder(
    gold: Path, *, plans: Path | None = None, jobs: int = 0, say: Callable[..., None] = lambda *_: None
) -> Scores:
    """Build the coded plans of a folder without corrections and without plans.csv, and score them.

    Parameters
    ----------
    gold : pathlib.Path
        Folder of coded plans, see `read_coded`.
    plans : pathlib.Path, optional
        Where the texts stand if not in `gold`.
    jobs : int
        Processes to use; 0 chooses.
    say : callable
        Takes one line, in pieces, for each thing that differs.

    Returns
    -------
    Scores

    Raises
    ------
    BuildError
        There is nothing to score, or a text is missing.
    """
    coded = read_coded(gold, plans)
    with tempfile.TemporaryDirectory(prefix="plancompare-") as folder:
        raw, out = Path(folder, "raw"), Path(folder, "out")
        raw.mkdir()
        for plan in coded:
            shutil.copyfile(plan.file, raw / plan.file.name)
        build(raw, out, corrections=None, jobs=jobs)
        return score_tables(coded, out, say=say)
