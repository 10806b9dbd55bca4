# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import models, wizards
from .job import identity_exact

__all__ = ["identity_exact"]
