# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The queue in PostgreSQL: tables, triggers and the functions the engine calls."""
