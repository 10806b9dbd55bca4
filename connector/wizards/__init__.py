# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connect a first backend; review checkpoints; see what a mapping would do."""

from . import (
    connector_checkpoint_review,
    connector_connect,
    connector_mapping_preview,
)
