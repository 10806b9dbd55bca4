# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import component_builder, doc_exchange
