# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# isort: off
from . import core
from . import adapter
from . import binder
from . import mapper
from . import importer
from . import exporter
from . import listener
from . import news
