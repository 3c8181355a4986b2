"""What old documents that the suite's own reader refuses are opened with, where LibreOffice is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from compare.readers.limits import Limits

_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)


def find_office() -> str:
    """The program of LibreOffice; empty where there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).exists()), "")


def convert_to_docx(data: bytes, limits: Limits) -> bytes | None:
    """An old document as docx, made by LibreOffice in a folder of its own; None where that does not succeed."""
    program = find_office()
    if not program:
        return None
    with tempfile.TemporaryDirectory(prefix="plancompare-") as folder:
        source = Path(folder) / "plan.doc"
        source.write_bytes(data)
        command = [
            program, "--headless", "--norestore", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--convert-to", "docx", "--outdir", folder, str(source),
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        ) as process:  # fmt: skip
            try:
                process.wait(limits.seconds)
            except subprocess.TimeoutExpired:
                _stop(process)
                return None
        made = source.with_suffix(".docx")
        return made.read_bytes() if made.is_file() and made.stat().st_size <= limits.mebibytes * 2**20 else None


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End LibreOffice and what it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        import os
        import signal

        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
