"""Plans and tables in object storage: plans are mirrored into a folder here, tables are built here and then stored.

Any address that fsspec knows will do, such as `s3://bucket/plans`, `gs://…`, `abfs://…` or `file:///…`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from compare.errors import BuildError
from compare.pipeline.storage import TEXTS, list_files, lock_folder
from compare.schema import TABLES

MANIFEST = "set.json"
"""Written last and removed first: where it stands, every file that it lists is there, and of one build."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_VERSIONS = ("ETag", "etag", "md5Hash", "content_md5", "mtime", "LastModified", "last_modified", "updated", "created")
_LISTING = "mirrored.json"
_PACKAGES = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "abfss": "adlfs", "az": "adlfs",
}  # fmt: skip


def is_address(name: str | Path | None) -> bool:
    """Whether a name is an address such as `s3://bucket/plans` and no path of this machine."""
    return bool(_ADDRESS.match(str(name or "")))


def name_mirror(address: str) -> Path:
    """The folder of this machine that stands for an address; it may be deleted at any time."""
    top = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(top) / "plancompare" / hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:16]


def mirror_plans(address: str, folder: Path, say: Callable[[str], None] = lambda _: None) -> None:
    """Make a folder hold what lies under an address: files that are new or have changed are fetched, others stay.

    Parameters
    ----------
    address : str
    folder : pathlib.Path
    say : callable
        Takes a line that says how much was fetched.

    Raises
    ------
    BuildError
        The address cannot be read, or what reads such addresses is not installed.
    """
    with lock_folder(folder, say=say), _explain(address, "read"):
        store, top = _open(address)
        found = store.find(top, detail=True) if store.isdir(top) else {}
        if not found:
            raise BuildError("there is nothing under this address.", where=address, hint="Name it with --raw.")
        versions = {_relative(path, top): _describe(about) for path, about in found.items()}
        versions = {name: version for name, version in versions.items() if _is_safe(name)}
        listing = folder / _LISTING
        known = json.loads(listing.read_text(encoding="utf-8")) if listing.exists() else {}
        raw = folder / "raw"
        new = [n for n, v in versions.items() if len(v) < 2 or known.get(n) != v or not (raw / n).is_file()]
        listing.unlink(missing_ok=True)
        for name in new:
            (raw / name).parent.mkdir(parents=True, exist_ok=True)
        if new:
            store.get([f"{top}/{name}" for name in new], [str(raw / name) for name in new])
        for path in [p for p in raw.rglob("*") if p.is_file()]:
            if path.relative_to(raw).as_posix() not in versions:
                path.unlink()
        listing.write_text(json.dumps(versions), encoding="utf-8")
    say(f"Fetched {len(new)} of {len(versions)} files from {address}.")


def store_tables(folder: Path, address: str, say: Callable[[str], None] = lambda _: None) -> None:
    """Store a set of tables under an address: what has changed is written, what is gone is removed.

    Object storage cannot change many files as one. So the manifest is removed before the first change and written
    after the last: a reader who finds it has a whole set, and one who does not finds a set that is being changed, or
    whose storing was interrupted, which the next build mends.

    Parameters
    ----------
    folder : pathlib.Path
    address : str
    say : callable
        Takes a line that says how much was stored.

    Raises
    ------
    BuildError
        The address cannot be written to, or what writes such addresses is not installed.
    """
    with _explain(address, "written to"):
        store, top = _open(address)
        manifest = f"{top}/{MANIFEST}"
        old = json.loads(store.cat_file(manifest))["files"] if store.exists(manifest) else {}
        new = {name: _digest(folder / name) for name in list_files(folder)}
        changed = [name for name, digest in new.items() if old.get(name) != digest]
        there = {_relative(path, top) for path in store.find(top)} if store.isdir(top) else set()
        gone = sorted(name for name in there - new.keys() if _is_of_set(name))
        if changed or gone:
            store.makedirs(top, exist_ok=True)
            if old:
                store.rm_file(manifest)
            for parent in sorted({str(PurePosixPath(name).parent) for name in changed} - {"."}):
                store.makedirs(f"{top}/{parent}", exist_ok=True)
            if changed:
                store.put([str(folder / name) for name in changed], [f"{top}/{name}" for name in changed])
            for name in gone:
                store.rm_file(f"{top}/{name}")
            store.pipe_file(manifest, json.dumps({"files": new}, indent=1).encode())
    say(f"Stored {len(changed)} of {len(new)} files under {address}.")


def _open(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise BuildError(
            "fsspec is not installed.", where=address, hint="Run: pip install 'plancompare[remote]'."
        ) from error
    protocol = address.partition("://")[0].lower()
    try:
        store, path = url_to_fs(address)
    except ImportError as error:
        found = f"what reads {protocol}:// is not installed."
        raise BuildError(found, where=address, hint=_say_package(protocol)) from error
    except ValueError as error:
        raise BuildError(
            f"{protocol}:// is not known ({error}).", where=address, hint="Known are s3://, gs://, abfs://, file:// …"
        ) from error
    return store, str(path).rstrip("/")


def _say_package(protocol: str) -> str:
    if protocol in _PACKAGES:
        return f"Run: pip install {_PACKAGES[protocol]}."
    from fsspec.registry import known_implementations

    return str(known_implementations.get(protocol, {}).get("err", "")) or "Install its driver for fsspec."


@contextmanager
def _explain(address: str, done: str) -> Iterator[None]:
    """Turn what a storage service says into an error with the address; each has errors of its own."""
    try:
        yield
    except BuildError:
        raise
    except Exception as error:
        hint = "Check the address and your credentials; what was read or built here is kept."
        found = f"this cannot be {done} ({type(error).__name__}: {error})."
        raise BuildError(found, where=address, hint=hint) from error


def _relative(path: str, top: str) -> str:
    return path.removeprefix(top).lstrip("/")


def _is_safe(name: str) -> bool:
    """Whether a name stays inside the folder and is not hidden."""
    return bool(name) and not any(part.startswith(".") for part in PurePosixPath(name).parts) and "\\" not in name


def _is_of_set(name: str) -> bool:
    """Whether a file is one of those that builds write."""
    folder, _, file = name.rpartition("/")
    return folder in (*TABLES, TEXTS) or (not folder and file.partition(".")[0] in TABLES)


def _describe(about: dict[str, Any]) -> list[str]:
    """Size and version of a file, as far as the storage tells them."""
    return [str(about.get("size")), *(str(about[key]) for key in _VERSIONS if about.get(key) is not None)]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
