"""Digests of everything a result depends on, so that what is kept is used only where nothing of it has changed."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from compare.corrections import Corrections
from compare.errors import ReadError
from compare.pipeline.registry import PlanFile
from compare.readers.files import read_bytes
from compare.readers.libreoffice import find_office
from compare.readers.limits import VARIABLE, Limits, read_limits

PACKAGE = Path(__file__).resolve().parents[1]

_OF_PLANS = (
    "errors.py", "problems.py", "schema.py", "rows.py", "vocabulary", "readers", "structure", "quantities", "targets",
    "themes", "corrections", "pipeline/analysis.py", "pipeline/naming.py", "pipeline/registry.py",
    "pipeline/packing.py",
)  # fmt: skip
_OF_TABLES = ("sheets.py", "priorities", "clusters", "comparison", "changes", "pipeline")
_NOT_USED = {"vote.json", "vote.py", "review.py", "worklist.py"}  # these only advise people, they decide no table
_LIBRARIES_OF_PLANS = (
    "ahocorasick-rs", "chardet", "lxml", "numpy", "olefile", "pypdfium2", "python-docx", "pyyaml", "rjieba",
    "trafilatura",
)  # fmt: skip
_LIBRARIES_OF_TABLES = ("pandas", "pyarrow", "scikit-learn", "scipy")
_SUFFIXES = {".py", ".yml", ".csv", ".json"}


def digest_of(*parts: object) -> str:
    """A digest of the written form of some values; dataclasses of plain values are written by all their fields."""
    return hashlib.sha256("\x1f".join(map(repr, parts)).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def fingerprint_analysis() -> str:
    """What the analysis of one plan depends on beside the plan: code, vocabulary, libraries and limits."""
    surroundings = (sys.version_info[:2], os.environ.get(VARIABLE, ""), bool(find_office()))
    return digest_of(_digest_sources(_OF_PLANS), _list_versions(_LIBRARIES_OF_PLANS), surroundings)


@cache
def fingerprint_tables() -> str:
    """What the tables depend on beside the analysed plans."""
    return digest_of(fingerprint_analysis(), _digest_sources(_OF_TABLES), _list_versions(_LIBRARIES_OF_TABLES))


def digest_plan(path: Path, limits: Limits | None = None) -> str:
    """The digest of a plan's bytes; empty where they cannot be read, which is tried again in every build."""
    try:
        return hashlib.sha256(read_bytes(path, limits or read_limits())).hexdigest()
    except ReadError:
        return ""


def key_plan(plan: PlanFile, digest: str, corrections: Corrections) -> str:
    """The key under which the rows of a plan are kept; it says everything they depend on."""
    about = (plan.file, plan.plan_id, plan.registered, corrections.targets, corrections.themes)
    return digest_of(fingerprint_analysis(), digest, *about)


def _digest_sources(names: Iterable[str]) -> list[tuple[str, str]]:
    digests = []
    for name in names:
        top = PACKAGE / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.suffix in _SUFFIXES and path.name not in _NOT_USED:
                # Line ends are left out: git may write them in another way.
                content = path.read_bytes().replace(b"\r\n", b"\n")
                digests.append((path.relative_to(PACKAGE).as_posix(), hashlib.sha256(content).hexdigest()))
    return digests


def _list_versions(names: Iterable[str]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in names:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, None))
    return found
