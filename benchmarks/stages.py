"""Seconds of processor time that each stage takes for txt plans, and the floor under them.

    python stages.py FILE...
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ahocorasick_rs

from compare.collector import collector_at_rest
from compare.readers import read_plan
from compare.structure import read_structure
from compare.targets import extract_targets
from compare.themes import score_themes
from compare.vocabulary.themes import load_themes

_FOLDED = tuple(zip("０１２３％（），：　", "0123%(),: ", strict=True))
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:家|个|项|人|名|万元|亿元|%|件|次|场)(?:以上|左右|以内)?")


def measure_stages(files: list[Path]) -> dict[str, float]:
    """Seconds for each stage, as in a batch of the build; what is loaded once (vocabulary, patterns) comes before."""
    warm = read_structure("一、培育企业\n新增高新技术企业20家以上。\n")
    extract_targets(warm, plan_id="a")
    score_themes(warm)
    seconds: dict[str, float] = {}

    def lap(name: str, work: Callable[[Any], Any], things: list[Any]) -> list[Any]:
        began = time.process_time()
        made = [work(thing) for thing in things]
        seconds[name] = time.process_time() - began
        return made

    sources = lap("read", read_plan, files)
    documents = lap("structure", lambda source: read_structure(source.text), sources)
    lap("themes", score_themes, documents)
    lap("targets", lambda document: extract_targets(document, plan_id="a"), documents)
    automaton = ahocorasick_rs.AhoCorasick(
        [term for theme in load_themes().themes for term, _ in theme.terms],
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
    )

    def do_least(path: Path) -> None:
        text = path.read_bytes().decode("utf-8")
        for old, new in _FOLDED:
            text = text.replace(old, new)
        sum(1 for _ in _NUMBER.finditer(text))
        automaton.find_matches_as_indexes(text)

    lap("floor", do_least, files)
    return seconds


if __name__ == "__main__":
    with collector_at_rest():
        print(json.dumps(measure_stages([Path(name) for name in sys.argv[1:]])))
