"""Builds on a Dask cluster: the same bytes as in one process, also when a worker is killed while it works."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from compare.errors import BuildError
from compare.pipeline import build, engines, inputs
from compare.pipeline.cache import FOLDER

PLAN = """2022年{}市科技工作要点
一、培育企业
新增高新技术企业{}家以上，引进人才X人。
"""
CITIES = ("苏州", "宁波", "无锡", "常州", "温州", "嘉兴", "湖州", "绍兴")


@pytest.fixture
def raw(make_plans) -> Path:
    return make_plans({f"p{n:02}.txt": PLAN.format(CITIES[n % 8], n + 10) * (1 + n % 3) for n in range(24)})


def tables_of(folder: Path) -> dict[str, bytes]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files if FOLDER not in p.parts}


def test_without_dask_the_error_says_how_to_get_it(raw, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BuildError, match=r"Dask is not installed.*plancompare\[cluster\]"):
        build(raw, tmp_path / "out", cluster="local")


def test_a_scheduler_that_is_not_there_is_named(raw, tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed (extra: cluster)")
    import distributed

    def refuse(*_, **__):
        raise OSError("Timed out")

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(BuildError, match="no Dask scheduler"):
        build(raw, tmp_path / "out", cluster="tcp://nowhere:8786")


def test_losing_a_worker_loses_nothing(raw, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra: cluster)")
    monkeypatch.setattr(inputs, "_MOST_IN_A_BATCH", 1)
    build(raw, tmp_path / "one", jobs=1)
    killed: list[int] = []
    begun = threading.Event()
    real = engines._result_of

    def watched(future):
        result = real(future)
        begun.set()
        if not killed:
            time.sleep(0.2)
        return result

    monkeypatch.setattr(engines, "_result_of", watched)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(**options) as cluster:

        def kill() -> None:
            begun.wait(60)
            pid = next(iter(cluster.workers.values())).pid
            os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            killed.append(pid)

        threading.Thread(target=kill, daemon=True).start()
        report = build(raw, tmp_path / "many", cluster=cluster.scheduler_address)
    assert killed
    assert report.plans == 24
    assert report.analysed == 24
    assert tables_of(tmp_path / "many") == tables_of(tmp_path / "one")


def test_a_cluster_in_one_word(raw, tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed (extra: cluster)")
    for plan in sorted(raw.glob("*.txt"))[4:]:
        plan.unlink()
    build(raw, tmp_path / "one", jobs=1)
    build(raw, tmp_path / "many", cluster="local", jobs=1)
    assert tables_of(tmp_path / "many") == tables_of(tmp_path / "one")


def test_workers_with_other_code_are_refused(raw, tmp_path, monkeypatch):
    from compare.pipeline import batches

    monkeypatch.setattr(batches, "fingerprint_tables", lambda: "other")
    with pytest.raises(BuildError, match="another version"):
        build(raw, tmp_path / "out", jobs=1)
