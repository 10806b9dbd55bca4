# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Review many checkpoints; see what a mapping does before it does it."""

from . import connector_checkpoint_review, connector_mapping_preview
