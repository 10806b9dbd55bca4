# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Models and components are registered in the order of these imports.
# isort: off
from . import components
from . import models
from . import wizards
