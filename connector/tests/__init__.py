# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_advisory_lock,
    test_exceptions,
    test_http_auth,
    test_http_client,
    test_http_formats,
    test_http_pagination,
    test_http_safety,
    test_mapper,
    test_mapper_definitions,
    test_mapper_errors,
    test_mapper_fuzz,
    test_webhook_signature,
)
