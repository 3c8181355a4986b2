"""The process that reads files for another: bytes come in on its input, one line of JSON for each goes out."""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import IO

from compare.errors import CompareError
from compare.readers.limits import Limits
from compare.readers.source import Parsed

_READERS = {
    "html": ("html", "read_html"), "mhtml": ("mhtml", "read_mhtml"), "md": ("markdown", "read_markdown"),
    "docx": ("docx", "read_docx"), "doc": ("doc", "read_doc"), "rtf": ("rtf", "read_rtf"),
    "pdf": ("pdf", "read_pdf"), "ofd": ("ofd", "read_ofd"),
}  # fmt: skip


def read_format(format: str, data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read a file's bytes by the reader of its format, in this process."""
    module, name = _READERS[format]
    reader: Callable[..., Parsed] = getattr(import_module(f"compare.readers.{module}"), name)
    return reader(data, limits, encoding)


def answer_for(header: dict, data: bytes) -> dict:
    """What to answer for one file: what was read, why it is refused, or how the reader failed."""
    limits = Limits(**header["limits"])
    cap_memory(limits)
    try:
        return {"parsed": asdict(read_format(header["format"], data, limits, header["encoding"]))}
    except CompareError as error:
        return {"refused": error.message, "hint": error.hint}
    except (MemoryError, RecursionError) as error:
        return {"failed": f"it asks for too much memory ({type(error).__name__})", "spent": True}
    except Exception as error:  # libraries fail in many ways on damaged files
        return {"failed": f"{type(error).__name__}: {error}"[:200]}


def cap_memory(limits: Limits) -> None:
    """Hold this process to the limit of memory, where the system can."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = limits.memory * 2**20
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        return


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer until the other side hangs up."""
    while True:
        sizes = source.read(8)
        if len(sizes) < 8:
            return
        head, body = struct.unpack("<II", sizes)
        header = json.loads(source.read(head))
        data = source.read(body)
        sink.write(json.dumps(answer_for(header, data)).encode() + b"\n")
        sink.flush()


if __name__ == "__main__":
    # What a library prints must not mix with the answers.
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    serve(sys.stdin.buffer, own)
