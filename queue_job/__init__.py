# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import controllers, models, wizards
from .hooks import uninstall_hook
from .job import identity_exact
from .runtime.server import start_with_server

__all__ = ["identity_exact", "start_with_server", "uninstall_hook"]
