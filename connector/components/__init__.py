# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a connector is made of: adapters, binders, mappers, importers, exporters."""

# Models and components are registered in the order of these imports.
# isort: off
from . import core
from . import backend_adapter
from . import binder
from . import mapper
from . import locker
from . import listener
from . import synchronizer
from . import http_adapter
from . import graphql_adapter
from . import webhook
