# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs in chunks, where they run in the transaction of their caller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase
from odoo.tests.common import BaseCase

from ..core.chunks import Chunks, call
from ..job import Job


class Log(list):
    """Methods of jobs, and what they did."""

    def count_to(self, last: int, position: int | None = None) -> Iterator[int]:
        for number in range((position or 0) + 1, last + 1):
            self.append(number)
            yield number
        return f"counted to {last}"

    def overridden(self, last: int, position: int | None = None) -> Iterator[int]:
        return self.count_to(last, position=position)

    def empty_the_list(self) -> Iterator[None]:
        while self:
            self.pop()
            yield

    def forgetful(self) -> Iterator[int]:
        yield 1


class Interrupted(Chunks):
    """Chunks that are interrupted after some commits."""

    def __init__(self, commits: int, stored: Any = None) -> None:
        super().__init__(stored)
        self.left = commits

    def commit(self, position: Any = None) -> None:
        super().commit(position)
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


class TestCall(BaseCase):
    def setUp(self) -> None:
        super().setUp()
        self.log = Log()

    def test_generator_runs_to_its_end_and_returns_its_result(self) -> None:
        chunks = Chunks()
        result = call(self.log.count_to, [3], {}, chunks)
        self.assertEqual(result, "counted to 3")
        self.assertEqual((self.log, chunks.position), ([1, 2, 3], 3))

    def test_it_goes_on_from_the_position(self) -> None:
        for method in (self.log.count_to, self.log.overridden):
            for args, kwargs in (([5], {}), ([], {"last": 5})):
                self.log.clear()
                chunks = Interrupted(2)
                with self.assertRaises(KeyboardInterrupt):
                    call(method, args, kwargs, chunks)
                self.assertEqual(self.log, [1, 2])
                call(method, args, kwargs, Chunks(chunks.stored))
                self.assertEqual(self.log, [1, 2, 3, 4, 5])

    def test_position_wins_over_the_one_of_the_caller(self) -> None:
        call(self.log.count_to, [7, 5], {}, Chunks())
        call(self.log.count_to, [7, 5], {}, Chunks(6))
        self.assertEqual(self.log, [6, 7, 7])

    def test_generator_without_position_finds_by_itself_what_is_left(self) -> None:
        self.log.extend("abc")
        chunks = Interrupted(2)
        with self.assertRaises(KeyboardInterrupt):
            call(self.log.empty_the_list, [], {}, chunks)
        self.assertEqual((self.log, chunks.position), (["a"], None))
        call(self.log.empty_the_list, [], {}, Chunks(chunks.stored))
        self.assertEqual(self.log, [])

    def test_position_that_nothing_could_receive_is_refused(self) -> None:
        with self.assertRaisesRegex(TypeError, r"forgetful .*`position=None`"):
            call(self.log.forgetful, [], {}, Chunks())

    def test_position_is_typed_and_checked(self) -> None:
        chunks = Chunks()
        chunks.commit({"day": date(2026, 11, 23), "page": 4})
        again = Chunks(chunks.stored)
        self.assertEqual(again.position, {"day": date(2026, 11, 23), "page": 4})
        with self.assertRaisesRegex(TypeError, "object"):
            chunks.commit(object())

    def test_generator_is_closed_when_its_chunk_cannot_be_committed(self) -> None:
        closed = []

        def job() -> Iterator[None]:
            try:
                yield
            finally:
                closed.append(True)

        with self.assertRaises(KeyboardInterrupt):
            call(job, [], {}, Interrupted(1))
        self.assertEqual(closed, [True])


class TestStoredPosition(TransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.job = Job(self.env["res.partner"].search_count, args=[[]])
        self.job.store()
        self.record = self.job.db_record()

    def _write_position(self, position: Any) -> None:
        sentinel = self.record.EDIT_SENTINEL
        record = self.record.with_context(_job_edit_sentinel=sentinel)
        record.write({"position": position})

    def _loaded_position(self) -> Any:
        return Job.load(self.env, self.job.uuid).chunks.position

    def test_position_is_read_with_the_job(self) -> None:
        self.assertIsNone(self._loaded_position())
        self._write_position({"_type": "date_isoformat", "value": "2026-11-23"})
        self.assertEqual(self._loaded_position(), date(2026, 11, 23))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._loaded_position(), date(2026, 11, 23))

    def test_position_cannot_be_written(self) -> None:
        with self.assertRaisesRegex(AccessError, "position"):
            self.record.write({"position": 5})

    def test_requeued_job_goes_on_unless_it_was_done(self) -> None:
        for state, expected in (("failed", 5), ("cancelled", 5), ("done", None)):
            self._write_position(5)
            self.record.write({"state": state})
            self.record.requeue()
            self.assertEqual(self._loaded_position(), expected, state)

    def test_start_over(self) -> None:
        self._write_position(5)
        self.record.button_start_over()
        self.assertIsNone(self._loaded_position())

    def test_outside_of_jobs_nothing_is_committed(self) -> None:
        self.assertIsNone(self.env["queue.job"]._position())
        self.env["queue.job"]._commit_position(3)
