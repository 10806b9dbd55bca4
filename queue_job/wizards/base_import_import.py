# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Imports of files from Odoo's screen that run as jobs, some records at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..exception import JobError

#: Records a job imports, and its priority, unless the user says otherwise.
DEFAULT_CHUNK_SIZE: Final = 100
DEFAULT_PRIORITY: Final = 100
_MAX_CHUNK_SIZE: Final = 10_000  # records
#: A chunk ends earlier when its cells are longer than this: they are arguments.
_MAX_CHUNK_CELLS: Final = 4 * 1024 * 1024  # characters
#: Errors told of one chunk.
_MAX_ERRORS: Final = 50

_OWN_OPTIONS: Final = frozenset({"use_queue", "chunk_size", "priority"})
#: How a chunk is written again: what the file's own options say is done by then.
_CHUNK_OPTIONS: Final = {
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "skip": 0,
    "limit": None,
    "sheet": "",
    "sheets": [],
}
_CONTEXT_KEYS: Final = ("tracking_disable", "mail_create_nosubscribe")

Row = list[str]


class ImportChunkError(JobError):
    """Nothing of the chunk was imported; the message says which rows are wrong."""


class BaseImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def execute_import(
        self,
        fields: Sequence[str | bool],
        columns: Sequence[str | bool],
        options: dict[str, Any],
        dryrun: bool = False,
    ) -> dict[str, Any]:
        """Import the file, in the background when ``options["use_queue"]`` is true.

        Then its rows are read and stored as jobs of ``chunk_size`` records each, in one
        batch; nothing is imported yet. Test runs are never in the background.
        """
        options = dict(options)
        queue = {name: options.pop(name, None) for name in _OWN_OPTIONS}
        if dryrun or not queue["use_queue"]:
            return super().execute_import(fields, columns, options, dryrun)
        size = _number(queue["chunk_size"], DEFAULT_CHUNK_SIZE)
        if not 1 <= size <= _MAX_CHUNK_SIZE:
            raise UserError(
                self.env._(
                    "A job imports 1 to %(limit)s records, not %(size)s.",
                    limit=_MAX_CHUNK_SIZE,
                    size=size,
                )
            )
        try:
            rows = self._rows_to_import(fields, options)
        except ImportValidationError as error:
            return {"messages": [error.__dict__]}
        priority = _number(queue["priority"], DEFAULT_PRIORITY)
        batch = self._delay_chunks(rows, fields, columns, options, size, priority)
        return {
            "ids": [],
            "messages": [],
            "name": [],
            "nextrow": 0,
            "batch_id": batch.id,
            "batch_may_be_read": batch.has_access("read"),
            "job_count": batch.job_count,
        }

    def _rows_to_import(
        self, fields: Sequence[str | bool], options: dict[str, Any]
    ) -> list[Row]:
        """Return the rows of the file with all columns, less titles and skipped ones.

        :raises ImportValidationError: when the file does not fit the fields
        """
        # Says what is wrong in the words of the screen.
        self._convert_import_data(fields, options)
        _length, rows = self._read_file(options)
        used = [index for index, field in enumerate(fields) if field]
        rows = rows[1:] if options.get("has_headers") else rows
        rows = [row for row in rows if any(row[index] for index in used)]
        return rows[options.get("skip") or 0 :]

    def _delay_chunks(
        self,
        rows: list[Row],
        fields: Sequence[str | bool],
        columns: Sequence[str | bool],
        options: dict[str, Any],
        size: int,
        priority: int,
    ) -> models.BaseModel:
        """Store the jobs of an import, in one INSERT; return their batch."""
        title = self.env["ir.model"]._get(self.res_model).name
        batch = self.env["queue.job.batch"].get_new_batch(
            self.env._(
                "Import of %(model)s: %(file)s",
                model=title,
                file=self.file_name or self.env._("file"),
            )
        )
        importer = self.browse().with_context(job_batch=batch)
        context = {
            key: value
            for key, value in self.env.context.items()
            if key in _CONTEXT_KEYS or key.startswith("default_")
        }
        # Titles are for the first chunk alone: they make Odoo remember the columns.
        has_titles = bool(options.get("has_headers"))
        first_row = (options.get("skip") or 0) + 1 + has_titles
        jobs: list[Any] = []
        for chunk in _chunks(rows, self._own_columns(fields), size):
            last_row = first_row + len(chunk) - 1
            delayable = importer.delayable(
                priority=priority,
                description=self.env._(
                    "Import %(model)s, rows %(first)s to %(last)s",
                    model=title,
                    first=first_row,
                    last=last_row,
                ),
            )
            jobs.append(
                delayable._import_chunk(
                    self.res_model,
                    list(fields),
                    list(columns) if has_titles and not jobs else [],
                    {**options, **_CHUNK_OPTIONS},
                    chunk,
                    first_row,
                    context,
                )
            )
            first_row = last_row + 1
        self.env["queue.job"].delay_many(jobs)
        return batch

    def _own_columns(self, fields: Sequence[str | bool]) -> list[int]:
        """Return the columns that are no lines of a record: a value begins a record."""
        model_fields = self.env[self.res_model]._fields
        return [
            index
            for index, path in enumerate(fields)
            if path and not _is_in_line(model_fields, str(path))
        ]

    @api.model
    def _import_chunk(
        self,
        res_model: str,
        fields: list[str | bool],
        columns: list[str | bool],
        options: dict[str, Any],
        rows: list[Row],
        first_row: int,
        context: dict[str, Any],
    ) -> str:
        """Import some rows of a file

        :param columns: titles, of the first chunk
        :param first_row: number of the first row in the file
        :return: how many records were imported
        :raises ImportChunkError: when a row cannot be imported; then none of them is
        """
        options = {**options, "has_headers": bool(columns)}
        titles: list[Row] = (
            [[str(column or "") for column in columns]] if columns else []
        )
        wizard = self.with_context(**context).create(
            {
                "res_model": res_model,
                "file": _to_csv([*titles, *rows]),
                "file_name": "chunk.csv",
                "file_type": "text/csv",
            }
        )
        result = wizard.execute_import(fields, columns, options)
        errors = [
            _error_text(message, first_row)
            for message in result["messages"]
            if message.get("type", "error") == "error"
        ]
        if errors:
            more = len(errors) - _MAX_ERRORS
            shown = errors[:_MAX_ERRORS]
            if more > 0:
                shown.append(self.env._("… and %s more errors", more))
            raise ImportChunkError("\n".join(shown))
        return self.env._("%s records imported", len(result["ids"]))


def _is_in_line(model_fields: Mapping[str, Any], path: str) -> bool:
    """Return whether a column belongs to the lines of a record."""
    name, separator, _rest = path.partition("/")
    line = model_fields.get(name) if separator else None
    return line is not None and line.type == "one2many"


def _number(value: Any, default: int) -> int:
    try:
        return default if value in (None, False, "") else int(value)
    except (TypeError, ValueError):
        return 0


def _chunks(rows: list[Row], own_columns: list[int], size: int) -> Iterator[list[Row]]:
    """Yield rows of up to ``size`` records; the lines of a record stay together."""
    chunk: list[Row] = []
    records = length = 0
    for row in rows:
        begins = not own_columns or any(row[index] for index in own_columns)
        if chunk and begins and (records == size or length > _MAX_CHUNK_CELLS):
            yield chunk
            chunk, records, length = [], 0, 0
        chunk.append(row)
        records += begins
        length += sum(map(len, row))
    if chunk:
        yield chunk


def _to_csv(rows: list[Row]) -> bytes:
    # Cells that begin with =, + or - stay as they are: Odoo reads them again, and no
    # spreadsheet does.
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def _error_text(message: dict[str, Any], first_row: int) -> str:
    """Return an error with the row of the file it is about, if any."""
    rows = message.get("rows")
    if not rows:
        return message["message"]
    number = first_row + rows["from"]
    field = f" ({message['field']})" if message.get("field") else ""
    return f"{number}{field}: {message['message']}"
