# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checkpoints under their traditional name; they are in ``models``."""

from . import checkpoint
