# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# isort: off
from . import feedback_backend
from . import feedback_partner
from . import feedback_answer
