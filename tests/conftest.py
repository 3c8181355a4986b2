"""What several test modules need: the project's folders, the tables of the shipped plans, small corpora."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from compare.pipeline import BuildReport, Tables, build, load_tables

PROJECT = Path(__file__).resolve().parents[1]

settings.register_profile("default", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("default")
os.environ.setdefault("MPLBACKEND", "agg")


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of the plans in data/raw, built without corrections; not to be changed."""
    out = tmp_path_factory.mktemp("shipped") / "processed"
    build(PROJECT / "data" / "raw", out)
    return out


@pytest.fixture(scope="session")
def tables(shipped: Path) -> Tables:
    """The tables of the plans in data/raw; not to be changed."""
    return load_tables(shipped)


@pytest.fixture
def make_plans(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of files from names and contents; text is UTF-8."""

    def make(files: dict[str, str | bytes]) -> Path:
        raw = tmp_path / "data" / "raw"
        for name, content in files.items():
            path = raw / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        raw.mkdir(parents=True, exist_ok=True)
        return raw

    return make


@pytest.fixture
def build_plans(make_plans: Callable[..., Path]) -> Callable[..., tuple[BuildReport, Tables]]:
    """Build a small corpus and return the report and the tables."""

    def run(files: dict[str, str | bytes], **options) -> tuple[BuildReport, Tables]:
        raw = make_plans(files)
        report = build(raw, raw.parent / "processed", **options)
        return report, load_tables(raw.parent / "processed")

    return run
