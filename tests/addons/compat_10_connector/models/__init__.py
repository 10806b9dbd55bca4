# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import kassa_backend, kassa_binding, queue_job, res_partner
