# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import adapter, category, document, importer, stock
