# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets do not belong in what is kept of an error."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"

#: Names of what must not be read by others, as parts of longer names too.
_NAMES: Final = (
    "password|passwd|secret|token|api[-_]?key|apikey|access[-_]?key|private[-_]?key"
    "|authorization|credential"
)
# Every repetition has a bound: texts are long, and may be made by others.
_NAME: Final = rf"(?:{_NAMES})[\w-]{{0,30}}"
_PATTERNS: Final = (
    # https://user:secret@host
    (re.compile(r"(?<=://)([^/\s:@]{0,100}):[^/\s@]{1,500}@"), rf"\1:{HIDDEN}@"),
    # Authorization: Bearer secret
    (re.compile(r"(?i)\b(bearer|basic)\s[\w.~+/=-]{6,2000}"), rf"\1 {HIDDEN}"),
    # "api_key": "secret", password = 'secret'
    (
        re.compile(
            rf"(?i)({_NAME}[\"']?\s{{0,3}}[=:]\s{{0,3}})"
            r"(?:\"[^\"\n]{1,500}\"|'[^'\n]{1,500}')"
        ),
        rf"\1{HIDDEN}",
    ),
    # password=secret; with spaces it is rather a line of code
    (re.compile(rf"(?i)({_NAME}=)[^\s,;&)\]}}\"'=]{{1,500}}"), rf"\1{HIDDEN}"),
    # X-Api-Key: secret123; without a digit it is rather a type
    (
        re.compile(rf"(?i)({_NAME}:\s?)(?=[\w.~+/-]{{0,100}}\d)[\w.~+/-]{{8,500}}"),
        rf"\1{HIDDEN}",
    ),
)


def redact(text: str) -> str:
    """Return the text without what looks like a password, key or token."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
