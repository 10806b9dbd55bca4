"""What a suite of tests came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Outcome:
    """Counts of a suite, what is wrong in words, and where to read more."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    log: Path | None = None

    @classmethod
    def of_check(cls, good: bool, problem: str, log: Path) -> Outcome:
        """Return the outcome of a check that either holds or does not."""
        if good:
            return cls(passed=1, log=log)
        return cls(failed=1, problems=[problem], log=log)

    @classmethod
    def of_parts(cls, parts: Iterable[Outcome]) -> Outcome:
        """Return the outcome of what ran in parts, with the log of one that failed."""
        whole = cls()
        for part in parts:
            whole.passed += part.passed
            whole.failed += part.failed
            whole.skipped += part.skipped
            whole.problems += part.problems
            whole.notes += part.notes
            whole.log = part.log if part.problems else whole.log or part.log
        return whole

    def require_a_test(self) -> None:
        """Turn a suite that ran nothing into a failure."""
        if not self.passed and not self.failed:
            self.problem("no test ran")

    def problem(self, text: str) -> None:
        """Add what is wrong; what no test counted counts as one failure."""
        self.problems.append(text)
        self.failed = max(self.failed, 1)

    def counts(self) -> str:
        """Return the counts in words."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
