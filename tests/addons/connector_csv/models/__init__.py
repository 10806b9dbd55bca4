# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import csv_backend, csv_res_partner
