# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Models and components are registered in the order of these imports.
# isort: off
from . import backend_model
from . import connector_checkpoint
from . import connector_sync_cursor
from . import connector_backend_mixin
from . import external_binding_mixin
from . import queue_job
from . import checkpoint
