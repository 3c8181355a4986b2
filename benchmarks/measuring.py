"""What a command costs: seconds by the clock and of processor time, and memory."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass

import psutil

_EVERY = 0.1


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of processor time, MiB of the largest process, and MiB of all processes together
    (memory that processes share counts in each)."""

    clock: float
    processor: float
    largest: int
    together: int


def run_measured(*command: object) -> Cost:
    """Run a command to its end; raises SystemExit where it fails."""
    words = [str(part) for part in command]
    began = time.monotonic()
    process = psutil.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watch = _Watch(process)
    watch.start()
    _, said = process.communicate()
    clock = time.monotonic() - began
    watch.join()
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(words)}\n{said.decode(errors='replace')[-2000:]}")
    return Cost(clock, watch.processor, watch.largest >> 20, watch.together >> 20)


class _Watch(threading.Thread):
    """Looks at a process and its children from time to time."""

    def __init__(self, process: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.largest = self.together = 0
        self._seconds: dict[int, float] = {}

    @property
    def processor(self) -> float:
        return sum(self._seconds.values())

    def run(self) -> None:
        while self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE:
            sizes = []
            try:
                family = [self.process, *self.process.children(recursive=True)]
            except psutil.NoSuchProcess:
                break
            for member in family:
                try:
                    with member.oneshot():
                        sizes.append(member.memory_info().rss)
                        times = member.cpu_times()
                        self._seconds[member.pid] = times.user + times.system
                except psutil.NoSuchProcess:
                    continue
            self.largest = max([self.largest, *sizes])
            self.together = max(self.together, sum(sizes))
            time.sleep(_EVERY)
