# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import path of the 10.0 to 12.0 connectors."""

from .connector_checkpoint import ConnectorCheckpoint, add_checkpoint

__all__ = ["ConnectorCheckpoint", "add_checkpoint"]
