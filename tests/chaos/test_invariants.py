# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The invariants are able to fail: each kind of damage is found."""

from __future__ import annotations

import pytest

from . import invariants
from .conftest import Databases

_DONE = "UPDATE queue_job SET state = 'done'"
_EFFECT = """
    INSERT INTO chaos_ledger (key, job_uuid, date_start, date_end)
    SELECT name, uuid, {start}, {start} + 1 FROM queue_job
"""
#: kind of damage -> statements; root runs one job at a time
_DAMAGES = {
    "lost": [_DONE, _EFFECT.format(start="id * 9"), "DELETE FROM chaos_ledger"],
    "doubled": [_DONE, _EFFECT.format(start="id * 9"), _EFFECT.format(start="id")],
    "stuck": ["DELETE FROM queue_job_ready"],
    "over_capacity": [_DONE, _EFFECT.format(start="1")],
    "out_of_order": [_DONE, _EFFECT.format(start="3e9 - id * 9")],
}


@pytest.mark.parametrize("damage", _DAMAGES)
def test_damage_is_found(databases: Databases, damage: str) -> None:
    database = databases.create()
    database.enqueue("note", ["a", "b"])
    database.execute("UPDATE queue_job_channel SET capacity = 1")
    for statement in _DAMAGES[damage]:
        database.execute(statement)
    row = invariants.examine(damage, [database])
    databases.drop(database)
    assert getattr(row, damage) > 0
    assert not row.is_sound
