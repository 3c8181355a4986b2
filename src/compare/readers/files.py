"""The bytes of a file: only of a regular one, only for reading, only up to a limit, and never half of a change."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

from compare.errors import ReadError
from compare.readers.limits import VARIABLE, Limits

_ATTEMPTS = 3
_PAUSE = 0.3


def read_bytes(path: Path, limits: Limits) -> bytes:
    """All bytes of a file that does not change meanwhile.

    Raises
    ------
    ReadError
        It cannot be opened, is no regular file, is empty, is too large, or keeps changing.
    """
    where = path.name
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE)
        try:
            data, steady = _read_once(path, limits)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReadError(
                f"the file cannot be opened ({reason}).", where=where, hint="Check the path and its permissions."
            ) from error
        if steady:
            break
    else:
        raise ReadError(
            "the file changes while it is read.", where=where, hint="Wait until it is complete, and run again."
        )
    if not data.strip(b" \t\r\n\x00"):
        raise ReadError("the file is empty.", where=where, hint="Download it again, or remove it.")
    return data


def _read_once(path: Path, limits: Limits) -> tuple[bytes, bool]:
    """The bytes, and whether the file stayed the same while they were read."""
    where = path.name
    _check_kind(os.stat(path), where)
    # A pipe put there after the check must not block, a terminal must not become ours.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        before = os.fstat(file.fileno())
        _check_kind(before, where)
        most = limits.mebibytes * 2**20
        if before.st_size > most:
            raise _too_large(before.st_size, where, limits)
        data = file.read(before.st_size + 1)  # one more shows that it has grown
        if len(data) > most:
            raise _too_large(len(data), where, limits)
        after = os.fstat(file.fileno())
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return data, same and len(data) == after.st_size


def _check_kind(found: os.stat_result, where: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ReadError("this is no regular file.", where=where, hint="Put a copy of the plan itself here.")


def _too_large(size: int, where: str, limits: Limits) -> ReadError:
    needed = -(-size // 2**20)
    return ReadError(
        f"the file has {needed} MiB; plans have a few hundred KiB (the limit is {limits.mebibytes} MiB).", where=where,
        hint=f"Split it, remove what is no text, or raise the limit: {VARIABLE}='mebibytes={needed}'.",
    )  # fmt: skip
