# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pages that are made of the code, and the check that they were made of it as it is."""

from __future__ import annotations

from pathlib import Path

import addon_readmes
import pytest
import reference
import translations
from generated import write_or_check


def test_stale_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--check writes nothing, and names the file and the command."""
    files = {tmp_path / "docs" / "a.md": "new\n"}
    assert write_or_check(files, ["--check"], "setup/dev this") == 1
    told = capsys.readouterr().out
    assert "a.md is not what" in told and "run setup/dev this" in told
    assert not list(tmp_path.iterdir())
    assert write_or_check(files, [], "setup/dev this") == 0
    assert write_or_check(files, ["--check"], "setup/dev this") == 0
    (tmp_path / "docs" / "a.md").write_text("edited by hand\n")
    assert write_or_check(files, ["--check"], "setup/dev this") == 1


def test_reference_tells_how_things_are_called() -> None:
    """Names that are inherited, signatures, parameters, help of fields."""
    pages = reference.pages()
    jobs, connector = pages["queue_job.md"], pages["connector.md"]
    assert "    identity_key: IdentityKey = None,\n" in jobs
    assert "- `priority`: smaller runs first" in jobs
    assert "### generic.importer\n" in connector
    assert "#### _import_dependencies\n" in connector
    assert "``" not in connector.replace("```", "")


def test_template_changes_with_its_terms_only() -> None:
    """Neither the day of an export nor the release of Odoo makes a template stale."""

    def exported(day: int, term: str) -> str:
        return translations.lasting(
            'msgid ""\nmsgstr ""\n'
            f'"Project-Id-Version: Odoo Server 19.0-202611{day}\\n"\n'
            f'"POT-Creation-Date: 2026-11-{day} 09:55+0000\\n"\n'
            f'"PO-Revision-Date: 2026-11-{day} 09:55+0000\\n"\n'
            '"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            f'msgid "{term}"\nmsgstr ""\n'
        )

    assert exported(23, "Jobs") == exported(24, "Jobs")
    assert exported(23, "Jobs") != exported(23, "Job")
    assert "charset=UTF-8" in exported(23, "Jobs")


def test_readme_of_an_addon(tmp_path: Path) -> None:
    """Fragments in their order, a level lower, without what only tests read."""
    addon = tmp_path / "tea"
    (addon / "readme").mkdir(parents=True)
    (addon / "__manifest__.py").write_text(
        "# a licence\n{'name': 'Tea', 'summary': 'Brews', 'version': '19.0.1.0.0',"
        " 'author': 'Us', 'license': 'LGPL-3', 'development_status': 'Beta',"
        " 'website': 'https://example.com/us/tea'}\n"
    )
    (addon / "readme" / "USAGE.md").write_text(
        "## Brew\n\n<!-- hidden python\nassert tea\n-->\n\n"
        "```python file=a.py\n# no heading\n```\n\n"
        "![Pot](/tea/static/description/pot.png) [guide](../../docs/tea.md)\n"
    )
    (addon / "readme" / "DESCRIPTION.md").write_text("Brews tea.\n")
    readme, page = addon_readmes.files_of(addon).values()
    assert readme.index("Brews tea.") < readme.index("## Usage\n\n### Brew\n")
    assert "hidden" not in readme
    assert "```python\n# no heading\n" in readme
    assert "![Pot](static/description/pot.png) [guide](../docs/tea.md)" in readme
    assert 'src="pot.png"' in page
    assert 'href="https://example.com/us/tea/blob/main/docs/tea.md"' in page
