# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import connector_checkpoint_review, connector_mapping_preview
