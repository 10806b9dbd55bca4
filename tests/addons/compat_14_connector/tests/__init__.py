# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_binder, test_export, test_import, test_mapper
