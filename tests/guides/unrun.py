# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can be said of a block without running it: syntax, names of options."""

from __future__ import annotations

import ast
import configparser
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields

import yaml
from lxml import etree

from .pages import Block, PageError
from .reader import commands, words

#: Keys of the section [queue_job] beside those of the engine's settings.
_QUEUE_JOB = {"monitoring_token", "jobrunner_db_host", "jobrunner_db_port"}
_QUEUE_JOB |= {"jobrunner_db_user", "jobrunner_db_password"}
_PICTURES = ("flowchart", "graph", "sequenceDiagram", "stateDiagram-v2")


class Checker:
    """Checks blocks; `help_of` returns the help of an Odoo command."""

    def __init__(self, help_of: Callable[[str], str]) -> None:
        self._help_of = help_of

    def check(self, block: Block) -> None:
        """Check a block.

        :raises PageError: when it cannot be right
        """
        try:
            for problem in self._problems(block):
                raise PageError(f"{block.place}: {problem}")
        except (SyntaxError, ValueError, yaml.YAMLError, etree.XMLSyntaxError) as error:
            raise PageError(f"{block.place}: {error}") from error

    def _problems(self, block: Block) -> Iterator[str]:
        match block.language:
            case "python":
                ast.parse(block.code)
            case "json":
                json.loads(block.code)
            case "yaml":
                yaml.safe_load(block.code)
            case "xml":
                etree.fromstring(block.code)
            case "ini":
                yield from _ini_problems(block.code)
            case "console":
                for command, _output in commands(block.code):
                    yield from self._command_problems(command)
            case "mermaid":
                if not block.code.startswith(_PICTURES):
                    yield f"a picture starts with one of {', '.join(_PICTURES)}"
            case "graphql":
                if block.code.count("{") != block.code.count("}"):
                    yield "a brace is missing"
            case "text":
                return
            case language:
                yield f"nobody knows how to check {language}"

    def _command_problems(self, command: str) -> Iterator[str]:
        """Yield the options that the named Odoo command does not have."""
        for part in re.split(r"\s(?:&&|\||;)\s", command):
            if "odoo" not in (found := words(part)):
                continue
            rest = found[found.index("odoo") + 1 :]
            name = " ".join(word for word in rest[:2] if re.fullmatch(r"[a-z_]+", word))
            known = self._help_of(name) + self._help_of("server")
            for word in rest:
                option = word.partition("=")[0]
                if option.startswith("-") and not re.search(
                    rf"(?<![\w-]){option}(?![\w-])", known
                ):
                    yield f"odoo {name} has no option {option}"


def _ini_problems(code: str) -> Iterator[str]:
    """Yield the options of a configuration file of Odoo that do not exist.

    Other files, such as units of systemd, have sections of other names.
    """
    from odoo.tools import config

    from odoo.addons.queue_job.runtime.settings import Settings

    conf = configparser.RawConfigParser(strict=False)
    conf.read_string(code)
    known = {
        "options": set(config.options_index),
        "queue_job": {field.name for field in fields(Settings)} | _QUEUE_JOB,
    }
    for section in known.keys() & set(conf.sections()):
        for name in set(conf[section]) - known[section]:
            yield f"[{section}] has no option {name}"
