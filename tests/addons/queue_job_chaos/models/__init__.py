# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import chaos_ledger, chaos_ledger_chunks, chaos_ledger_together
