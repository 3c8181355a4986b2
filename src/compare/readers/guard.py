"""Formats that can hang or eat memory are read in a process of their own, which is stopped at its limits."""

from __future__ import annotations

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from compare.errors import ReadError
from compare.readers.limits import VARIABLE, Limits
from compare.readers.source import Parsed

_FILES_EACH = 300
_NAMES = {
    "html": "a web page", "mhtml": "a saved web page", "docx": "a Word document", "doc": "an old Word document",
    "rtf": "a rich text document", "pdf": "a PDF", "ofd": "an OFD document", "md": "Markdown",
}  # fmt: skip


class _Worker:
    """A process that reads one file after another."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.read = 0
        source = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH", ""))))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "compare.readers.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip

    def ask(self, header: dict, data: bytes, seconds: int) -> dict | None:
        """The answer of the process; None where it died or had to be stopped."""
        source, sink = self.process.stdout, self.process.stdin
        if source is None or sink is None:
            return None
        self.read += 1
        watch = threading.Timer(seconds, self.process.kill)
        watch.daemon = True
        watch.start()
        try:
            head = json.dumps(header).encode()
            sink.write(struct.pack("<II", len(head), len(data)) + head)
            sink.write(data)
            sink.flush()
            line = source.readline()
            return json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            return None
        finally:
            watch.cancel()

    def stop(self) -> None:
        """End the process, unless it is that of the process this one was forked from."""
        if self.owner != os.getpid():
            return
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:
                pass
        self.process.wait()


_worker: _Worker | None = None
_turn = threading.Lock()


def read_guarded(format: str, data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read a file's bytes by the reader of its format in a process that is stopped at its limits.

    Parameters
    ----------
    format : str
    data : bytes
        The file; characters as UTF-8 where `encoding` says what they were encoded in.
    limits : Limits
    encoding : str

    Raises
    ------
    ReadError
        The reader refuses the file, fails on it, or had to be stopped.
    """
    began = time.monotonic()
    with _turn:
        answer = _ask_worker({"format": format, "encoding": encoding, "limits": asdict(limits)}, data, limits)
    if answer is None and time.monotonic() - began < 0.9 * limits.seconds:
        raise ReadError(
            f"the file is damaged or unusual: the program that reads {_NAMES[format]} broke down on it.",
            hint="Open it, see that it is whole, and save it anew (as .docx or .txt).",
        )
    if answer is None:
        raise ReadError(
            f"reading it as {_NAMES[format]} took more than {limits.seconds} seconds and was stopped.",
            hint=f"See that it is a plan; save it anew, or raise {VARIABLE}='seconds={limits.seconds * 4}'.",
        )
    if "refused" in answer:
        raise ReadError(answer["refused"], hint=answer["hint"])
    if "failed" in answer:
        raise ReadError(
            f"the file is damaged or unusual: it cannot be read as {_NAMES[format]} ({answer['failed']}).",
            hint="Open it, see that it is whole, and save it anew (as .docx or .txt).",
        )
    return Parsed(**answer["parsed"] | {"notes": tuple(answer["parsed"]["notes"])})


def _ask_worker(header: dict, data: bytes, limits: Limits) -> dict | None:
    global _worker
    worker = _worker
    if worker is None or worker.owner != os.getpid() or worker.read >= _FILES_EACH or worker.process.poll() is not None:
        if worker is not None:
            worker.stop()
        worker = _worker = _Worker()
    answer = worker.ask(header, data, limits.seconds)
    if answer is None or answer.get("spent"):
        worker.stop()
        _worker = None
    return answer


@atexit.register
def stop_worker() -> None:
    """End the process that reads, as when this one ends."""
    global _worker
    if _worker is not None:
        _worker.stop()
        _worker = None
