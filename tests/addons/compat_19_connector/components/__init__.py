# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# isort: off
from . import core
from . import answers
from . import partners
