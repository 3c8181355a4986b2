"""All that a build depends on, digested, and the plans divided into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from compare.corrections import Corrections
from compare.pipeline.batches import Batch, Task
from compare.pipeline.cache import BuildCache
from compare.pipeline.engines import count_workers
from compare.pipeline.fingerprints import digest_of, digest_plan, fingerprint_tables, key_plan
from compare.pipeline.registry import Registry
from compare.pipeline.sets import count_parts
from compare.pipeline.storage import choose_part
from compare.readers.files import read_bytes
from compare.readers.limits import read_limits

_MOST_IN_A_BATCH = 128


@dataclass(frozen=True, slots=True)
class Inputs:
    """The plans in the order of their ids, in how many parts their tables are written, and a key of everything."""

    tasks: tuple[Task, ...]
    parts: int
    key: str


def list_inputs(registry: Registry, corrections: Corrections) -> Inputs:
    """Digest every input of a build; each plan's bytes are read once for it."""
    limits = read_limits()
    tasks = []
    for plan in sorted(registry.plans, key=lambda p: p.plan_id):
        own = corrections.of(plan.plan_id, plan.file) if corrections.targets or corrections.themes else Corrections()
        digest = digest_plan(plan.path, limits)
        # What cannot be read is tried again each time, so its key is never met twice.
        key = key_plan(plan, digest, own) if digest else uuid4().hex
        tasks.append(Task(plan, own, digest, key))
    parts = count_parts(len(tasks))
    about = (registry.context, registry.problems, corrections.problems, corrections.targets, corrections.themes)
    return Inputs(tuple(tasks), parts, digest_of(fingerprint_tables(), parts, [t.key for t in tasks], *about))


def divide_tasks(inputs: Inputs, jobs: int) -> list[list[Task]]:
    """The plans of each batch: runs of them in a small set, one batch for each part of a large one."""
    if inputs.parts:
        divided: list[list[Task]] = [[] for _ in range(inputs.parts)]
        for task in inputs.tasks:
            divided[choose_part(task.plan.plan_id, inputs.parts)].append(task)
        return divided
    count = len(inputs.tasks)
    size = max(1, min(_MOST_IN_A_BATCH, -(-count // (4 * count_workers(jobs, count)))))
    return [list(inputs.tasks[start : start + size]) for start in range(0, count, size)]


def key_batch(tasks: Sequence[Task]) -> str:
    """What the tables of a batch depend on."""
    return digest_of(fingerprint_tables(), [task.key for task in tasks])


def fill_batches(
    divided: dict[int, list[Task]], cache: BuildCache, *, parts: bool, fresh: bool, with_bytes: bool
) -> Iterator[Batch]:
    """Batches with what the cache holds of their plans, made one by one as they are asked for.

    Parameters
    ----------
    divided : dict of int to list of Task
        The plans of each batch by its number.
    cache : BuildCache
    parts : bool
        Whether batches are written as parts of a large set.
    fresh : bool
        Use nothing of the cache.
    with_bytes : bool
        Give the worker the bytes of the files that it has to read.
    """
    for number, tasks in divided.items():
        found = {} if fresh else cache.find(task.key for task in tasks)
        filled = []
        for task in tasks:
            packed = found.get(task.key)
            data = read_bytes(task.plan.path, read_limits()) if with_bytes and not packed and task.digest else None
            filled.append(replace(task, packed=packed, data=data))
        yield Batch(number, tuple(filled), fingerprint_tables(), parts)
