# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_backend,
    test_binder,
    test_binding,
    test_checkpoint,
    test_chunk,
    test_concurrency,
    test_cursor,
    test_deletion,
    test_exporter,
    test_http_adapter,
    test_importer,
    test_locker,
    test_map_child,
    test_mapper_records,
    test_related_action,
    test_tour,
)
