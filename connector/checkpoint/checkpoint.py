# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import path of the 8.0 and 9.0 connectors."""

from ..models.connector_checkpoint import ConnectorCheckpoint, add_checkpoint

__all__ = ["ConnectorCheckpoint", "add_checkpoint"]
