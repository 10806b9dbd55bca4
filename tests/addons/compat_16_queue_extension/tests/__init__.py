# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_hooks, test_queue_job, test_serialized, test_views
