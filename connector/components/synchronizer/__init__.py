# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The components that move records from one side to the other."""

# Components are registered in the order of these imports: parents first.
# isort: off
from .base import Deleter, Exporter, Importer, Synchronizer
from .importer import GenericImporter
from .batch_importer import (
    BatchImporter,
    BatchReader,
    ChunkedBatchImporter,
    DelayedBatchImporter,
    DirectBatchImporter,
)
from .chunk_importer import ChunkImporter
from .deletion_importer import DeletionImporter
from .preview import ImportPreview
from .exporter import GenericExporter
from .batch_exporter import BatchExporter
from .deleter import GenericDeleter

# isort: on

__all__ = [
    "BatchExporter",
    "BatchImporter",
    "BatchReader",
    "ChunkImporter",
    "ChunkedBatchImporter",
    "DelayedBatchImporter",
    "Deleter",
    "DeletionImporter",
    "DirectBatchImporter",
    "Exporter",
    "GenericDeleter",
    "GenericExporter",
    "GenericImporter",
    "ImportPreview",
    "Importer",
    "Synchronizer",
]
