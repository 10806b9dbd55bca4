# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Exceptions of the connectors; the retryable ones are known to ``queue_job``."""

from __future__ import annotations

from odoo.addons.queue_job.exception import JobError, RetryableJobError

__all__ = [
    "BackendPausedError",
    "BackendRefusedError",
    "ConnectorException",
    "GaveWayError",
    "IDMissingInBackend",
    "InvalidDataError",
    "JobError",
    "ManyIDSInBackend",
    "MappingAttributeError",
    "MappingError",
    "MappingKeyError",
    "MappingTypeError",
    "MappingValueError",
    "NetworkRetryableError",
    "NoConnectorUnitError",
    "NoExternalId",
    "RetryableJobError",
]


class ConnectorException(Exception):
    """Root of the exceptions that a connector raises on purpose."""


class NoConnectorUnitError(ConnectorException):
    """No unit of synchronization was found (name of the 8.0 era)."""


class InvalidDataError(ConnectorException):
    """The data cannot be written as it is; correct the source record."""


class BackendRefusedError(InvalidDataError):
    """The backend understood a request and refused it, for a reason of its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"The backend refuses: {message} ({code})")
        #: the backend's own code of the reason
        self.code = code


class MappingError(ConnectorException):
    """A value could not be mapped; the message names mapper, rule and record."""


class MappingValueError(MappingError, ValueError):
    """A mapping rule met a value of the right type that makes no sense."""


class MappingTypeError(MappingError, TypeError):
    """A mapping rule met a value of the wrong type."""


class MappingKeyError(MappingError, KeyError):
    """A mapping rule looked for a key or an index that does not exist."""

    __str__ = Exception.__str__  # the one of KeyError quotes the whole message


class MappingAttributeError(MappingError, AttributeError):
    """A mapping rule looked for an attribute that does not exist."""


class NetworkRetryableError(RetryableJobError):
    """The backend could not be reached or was overloaded; the job is retried."""


class GaveWayError(RetryableJobError):
    """Another transaction does the same; the job waits for it, no attempt is lost."""

    def __init__(self, message: str, seconds: int = 1) -> None:
        super().__init__(message, seconds=seconds, ignore_retry=True)


class NoExternalId(RetryableJobError):
    """A record that is needed is not exported yet; the job is retried."""


class BackendPausedError(RetryableJobError):
    """The backend is paused; the job waits, without losing an attempt."""


class IDMissingInBackend(JobError):
    """The record does not exist in the backend (any more)."""


class ManyIDSInBackend(JobError):
    """The key designates several records of the backend; make it unique there."""
