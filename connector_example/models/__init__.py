# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The backend, and a binding for each kind of object."""

from . import vendure_backend, vendure_bindings
