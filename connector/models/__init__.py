# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Backends, bindings, and what is known of each synchronization."""

# Models and components are registered in the order of these imports.
# isort: off
from . import backend_model
from . import connector_checkpoint
from . import connector_sync_cursor
from . import connector_sync_model
from . import connector_call_log
from . import backend_calls
from . import backend_imports
from . import connector_backend_mixin
from . import connector_http_backend_mixin
from . import external_binding_access
from . import external_binding_mixin
from . import binding_tab
from . import connector_webhook_event
from . import connector_webhook_mixin
from . import queue_job
from . import checkpoint
