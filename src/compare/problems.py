"""What went wrong or needs a look: the rows of table problems, made in one place."""

from __future__ import annotations

from dataclasses import dataclass

from compare.errors import CompareError


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of table problems.

    `severity` is ``lost`` (a plan is missing), ``wrong`` (input was ignored) or ``note`` (worth a look).
    """

    file: str
    stage: str
    severity: str
    message: str
    hint: str = ""

    @property
    def costs(self) -> bool:
        """Whether something of the input did not reach the tables."""
        return self.severity != "note"

    def __str__(self) -> str:
        return f"{self.file}: {self.message} {self.hint}".rstrip()


def problem_from(error: CompareError, *, file: str, stage: str, severity: str) -> Problem:
    """The problem that an error stands for; the place inside the file, if the error knows one, opens the message."""
    inside = error.where.removeprefix(file).removeprefix(file.rpartition("/")[2]).strip(" :")
    return Problem(file, stage, severity, f"{inside}: {error.message}" if inside else error.message, error.hint)
