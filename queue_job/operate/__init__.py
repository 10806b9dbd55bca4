# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What operators ask of a queue: how it does, that it stops, why it does not run."""
