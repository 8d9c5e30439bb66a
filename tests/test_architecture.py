"""The rules of ARCHITECTURE.md, held against the code."""

import ast
import io
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands, load_command_class

ROOT = Path(__file__).parent.parent
OURS = ("crpsinfo", "articles", "comments", "directory")
MAY_USE = {
    "articles": {"crpsinfo"},
    "comments": {"crpsinfo", "articles"},
    "directory": {"crpsinfo"},
}


def modules(app):
    return [path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def imported(path):
    """The modules that a file imports, by their full names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("app", MAY_USE)
def test_each_app_uses_only_what_it_may(app):
    for path in modules(app):
        for name in imported(path):
            package = name.split(".")[0]
            assert package not in OURS or package == app or package in MAY_USE[app], f"{path} imports {name}"


def test_only_the_sites_own_pages_use_the_apps():
    """What the apps share knows none of them."""
    own_pages = {"urls.py", "views.py"}
    for path in modules("crpsinfo"):
        if path.name not in own_pages:
            for name in imported(path):
                assert name.split(".")[0] not in MAY_USE, f"{path} imports {name}"


def test_only_the_spam_seam_speaks_to_others():
    for app in OURS:
        for path in modules(app):
            if "spam" not in path.parts:
                assert not {"akismet", "httpx", "urllib.request", "requests"} & set(imported(path)), path


def test_status_is_set_by_the_verbs_alone():
    for path in modules("comments"):
        if path.parent.name != "models":
            assert not re.search(r"\.status\s*=[^=]|update\([^)]*\bstatus=", path.read_text()), path


def test_modules_stay_short():
    for app in OURS:
        for path in modules(app):
            assert len(path.read_text().splitlines()) <= 300, path


def test_templates_hold_no_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        script = r"<script(?! type=\"application/ld\+json\"| type=\"module\" src)"
        assert not re.search(rf"<style|\sstyle=\"|\son[a-z]+=\"|{script}", path.read_text()), path


def test_scripts_stay_small():
    scripts = list((ROOT / "crpsinfo/static/js").glob("*.js"))
    of_readers = [path for path in scripts if path.name != "moderation-desk.js"]
    assert len(of_readers) < len(scripts)
    assert sum(path.stat().st_size for path in of_readers) <= 5.5 * 1024  # bytes
    assert all(len(path.read_text().splitlines()) <= 90 for path in scripts)


def test_documents_name_files_that_exist():
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        for path in re.findall(
            r"`((?:crpsinfo|articles|comments|directory|tests|docs|templates)/[\w./-]+)`", (ROOT / name).read_text()
        ):
            assert (ROOT / path).exists(), f"{name} names {path}"


def test_every_setting_that_is_a_path_leads_to_something():
    from django.utils.module_loading import import_string

    paths = [*settings.WORK.values(), *settings.RETENTION, *settings.DESK, *settings.SEARCH]
    paths += [*settings.PERSON_FIRST, *settings.PERSON_FIRST_UNLESS_HAM_IS_PUBLISHED]
    paths += [settings.ALARM, settings.REVIEW_LETTER, settings.SPAM_CHECKER]
    paths += [path for path, _ in settings.PERIODIC_JOBS.values()]
    for path in paths:
        assert callable(import_string(path)), path
    for label in [*settings.WORK, *settings.TYPED_ADDRESSES.values()]:
        apps.get_model(label)


@pytest.mark.parametrize("name", sorted(name for name, app in get_commands().items() if app in OURS))
def test_every_command_helps_with_an_example(name):
    command = load_command_class(get_commands()[name], name)
    assert f"manage.py {name}" in command.help


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())
