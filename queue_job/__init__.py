# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import models, wizards
from .job import identity_exact
from .runtime.server import start_with_server

__all__ = ["identity_exact", "start_with_server"]
