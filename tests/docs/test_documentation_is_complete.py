"""An undocumented command, option, make target or setting is a failing test."""

import re
from pathlib import Path

import pytest

from config.settings import Settings
from workers.reference import commands

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_says_what_it_is_for(name):
    command = COMMANDS[name]
    assert command.help
    assert [one.name for one in command.params if not one.help] == []


@pytest.mark.parametrize("key", Settings.model_fields)
def test_every_setting_is_described(key):
    assert Settings.model_fields[key].description


@pytest.mark.parametrize("name", sorted({name.split()[1] for name, command in COMMANDS.items() if not command.hidden}))
def test_the_readme_shows_every_command_a_newcomer_may_need(name):
    assert name in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_only_commands_that_exist(page):
    words = {name.split()[1] for name in COMMANDS}
    named = re.findall(r"(?:^|[`\s/])dateline ([a-z]+)\b", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    code = [
        word
        for word in named
        if re.search(
            rf"`[^`\n]*dateline {word}|^\S*dateline {word}", page.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
    ]
    assert set(code) <= words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_only_make_targets_that_exist(page):
    known = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {word for pair in named for word in pair if word} <= known
