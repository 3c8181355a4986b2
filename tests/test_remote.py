"""Plans and tables in object storage, as fsspec reaches it: here in memory and in a folder with an address."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import fsspec
import pytest
from typer.testing import CliRunner

from compare.cli import app
from compare.errors import BuildError
from compare.pipeline import build, load_tables
from compare.pipeline.remote import MANIFEST, is_address, mirror_plans, name_mirror, store_tables

PLANS = {
    "a.txt": "2022年苏州市科技工作要点\n一、培育企业\n新增高新技术企业20家以上，引进人才X人。\n",
    "2021/b.txt": "2021年宁波市科技工作要点\n一、建设平台\n新建省级重点实验室2家。\n",
    "plans.csv": "file,city\na.txt,无锡市\n",
}
SHIPPED = ("plans", "sentences", "targets", "unclaimed", "priorities", "clusters", "comparisons", "problems")


@pytest.fixture(autouse=True)
def mirrors(tmp_path, monkeypatch) -> Path:
    """Mirrors of this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def bucket():
    """An empty bucket in memory."""
    store = fsspec.filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    for name, text in PLANS.items():
        store.pipe_file(f"/bucket/plans/{name}", text.encode())
    return store


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`plancompare build` between two addresses, run in an empty folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def run(raw: str = "memory://bucket/plans", out: str = "memory://bucket/tables"):
        return CliRunner().invoke(app, ["build", "--raw", raw, "--out", out])

    return run


def stored(store) -> dict[str, bytes]:
    return {p.removeprefix("/bucket/tables/"): store.cat_file(p) for p in store.find("/bucket/tables")}


def test_a_build_from_bucket_to_bucket_stores_what_one_between_folders_writes(bucket, run, make_plans, tmp_path):
    result = run()
    assert result.exit_code == 0, result.output
    assert "plans        2" in result.output
    assert "memory://bucket/tables" in result.output
    build(make_plans(PLANS), tmp_path / "local")
    found = stored(bucket)
    for name in SHIPPED:
        assert found[f"{name}.csv"] == (tmp_path / "local" / f"{name}.csv").read_bytes()
    assert found["text/a.txt"].decode() == PLANS["a.txt"]
    listed = set(json.loads(found[MANIFEST])["files"])
    assert listed == set(found) - {MANIFEST}


def test_a_rerun_fetches_and_stores_only_what_changed(bucket, run):
    assert "Fetched 3 of 3 files" in run().output
    again = run().output
    assert "Fetched 0 of 3 files" in again
    assert "Stored 0 of" in again
    bucket.pipe_file("/bucket/plans/a.txt", PLANS["a.txt"].replace("20家", "25家").encode())
    bucket.rm_file("/bucket/plans/2021/b.txt")
    changed = run()
    assert "read anew    1 of 1 plans" in changed.output
    assert "25家" in stored(bucket)["targets.csv"].decode()
    assert "text/b.txt" not in stored(bucket)


def test_an_address_of_a_folder_is_an_address_too(run, make_plans, tmp_path):
    raw = make_plans(PLANS)
    result = run(raw.as_uri(), (tmp_path / "stored").as_uri())
    assert result.exit_code == 0, result.output
    assert load_tables(tmp_path / "stored").plans["city"].tolist() == ["无锡市", "宁波市"]


def test_while_a_set_is_being_stored_it_has_no_manifest(bucket, make_plans, tmp_path, monkeypatch):
    raw, out = make_plans(PLANS), tmp_path / "out"
    build(raw, out)
    store_tables(out, "memory://bucket/tables")
    (raw / "a.txt").unlink()
    build(raw, out)

    def stop(*_, **__):
        raise ConnectionError("lost")

    with monkeypatch.context() as patch:
        patch.setattr(type(bucket), "put", stop)
        with pytest.raises(BuildError, match=r"memory://bucket/tables: this cannot be written to .*lost"):
            store_tables(out, "memory://bucket/tables")
    assert MANIFEST not in stored(bucket)
    store_tables(out, "memory://bucket/tables")
    assert set(json.loads(stored(bucket)[MANIFEST])["files"]) == set(stored(bucket)) - {MANIFEST}


def test_an_empty_address_is_said_so(bucket, tmp_path):
    with pytest.raises(BuildError, match="nothing under this address"):
        mirror_plans("memory://bucket/none", tmp_path / "mirror")


@pytest.mark.parametrize(("address", "package"), [("s3://bucket/plans", "s3fs"), ("gs://bucket/plans", "gcsfs")])
def test_a_missing_driver_is_named(address, package, run, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    result = run(address)
    assert result.exit_code == 1
    assert f"pip install {package}" in result.output


def test_without_fsspec_the_error_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    assert "plancompare[remote]" in run().output


def test_plans_at_an_address_need_a_place_for_the_tables(run):
    result = CliRunner().invoke(app, ["build", "--raw", "memory://bucket/plans"])
    assert result.exit_code == 2
    assert "--out" in result.output


def test_addresses_and_paths_are_told_apart():
    assert [is_address(a) for a in ("s3://b/x", "file:///tmp", "data/raw", "C:\\plans", None)] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert name_mirror("s3://b/x/") == name_mirror("s3://b/x") != name_mirror("s3://b/y")
