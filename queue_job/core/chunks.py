# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that work in chunks: written as a generator, or with a position they save.

A worker commits each chunk together with the position. Everywhere else (a synchronous
run, ``trap_jobs``, a direct call) the job runs in the transaction of its caller, and
the position is kept in memory.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

from . import codec

#: Parameter of a method that receives the position to go on from.
PARAMETER: Final = "position"


class Chunks:
    """How far a job has come."""

    def __init__(
        self, stored: codec.Json = None, context: Callable[[], Any] | None = None
    ) -> None:
        """Go on from ``stored``, typed JSON.

        ``context`` is called when a position is read, for what is given to the codecs.
        """
        self.stored = stored
        self._context = context

    @property
    def position(self) -> Any:
        """What was given to the last ``commit``, None before the first one."""
        return codec.decode(self.stored, self._context() if self._context else None)

    def commit(self, position: Any = None) -> None:
        """End a chunk; the next run goes on from ``position``.

        Without position it goes on from the one before, or finds out by itself.

        :raises EncodeError: when the position cannot be stored
        """
        if position is not None:
            self.stored = codec.encode(position)
        self._keep(position)

    def _keep(self, position: Any) -> None:
        """Do what makes the chunk last; in memory that is nothing."""


def call(
    func: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    chunks: Chunks,
) -> Any:
    """Call the method of a job and return its result; a generator is run to its end.

    Each value it yields ends a chunk, and is the position of the next run.

    :raises TypeError: when it yields a position and has no parameter to receive one
    """
    if chunks.stored is not None and _receives_position(func):
        # Bound, as the caller may have given it in its place.
        bound = inspect.signature(func).bind(*args, **kwargs)
        bound.arguments[PARAMETER] = chunks.position
        args, kwargs = bound.args, bound.kwargs
    result = func(*args, **kwargs)
    return _exhaust(func, result, chunks) if inspect.isgenerator(result) else result


def _exhaust(
    func: Callable[..., Any], generator: Generator[Any, Any, Any], chunks: Chunks
) -> Any:
    with closing(generator):
        while True:
            try:
                position = next(generator)
            except StopIteration as end:
                return end.value
            if position is not None and not _receives_position(func):
                raise TypeError(
                    f"{func.__qualname__} yields the position {position!r} and could "
                    f"not go on from it: give it a parameter `{PARAMETER}=None`, or "
                    "yield nothing when it finds by itself what is left to do."
                )
            chunks.commit(position)


def _receives_position(func: Callable[..., Any]) -> bool:
    return PARAMETER in inspect.signature(func).parameters
