import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "SECRET_KEY": "9kJt2vQm7LxZr4WcYh8NbPd3FgUe6SaTiOqRzEwXyVuBnMlKjHgFdSaPoIuYtReW",
    "SITE_URL": "https://example.org",
    "ALLOWED_HOSTS": "example.org",
    "TRUSTED_PROXIES": "1",
}


def check(*options, **environment):
    """Run `manage.py check` in an environment with nothing but these variables; returns (exit code, output)."""
    environment |= {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}
    command = [sys.executable, "manage.py", "check", *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_production_settings_pass_the_deployment_check():
    assert check("--deploy", "--fail-level", "WARNING", **PRODUCTION)[0] == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SITE_URL": "http://example.org"}, "crpsinfo.E003"),
        ({"SITE_URL": "https://example.org/blog"}, "crpsinfo.E002"),
        ({"ALLOWED_HOSTS": "*"}, "crpsinfo.E004"),
        ({"TRUSTED_PROXIES": "0"}, "crpsinfo.W002"),
        ({"AKISMET_API_URL": "http://akismet.example"}, "crpsinfo.E001"),
        ({"COMMENT_POLICY": "publish-ham"}, "crpsinfo.W001"),
        ({"COMMENT_POLICY": "publish-everything"}, "must be one of: hold-all, trust-returning, publish-ham"),
        ({"TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
    ],
)
def test_a_wrong_variable_is_named(change, words):
    code, output = check("--deploy", "--fail-level", "WARNING", **PRODUCTION | change)
    assert code != 0
    assert words in output


def test_an_empty_variable_is_one_that_is_not_set():
    empty = dict.fromkeys(
        ("AKISMET_API_KEY", "AKISMET_API_URL", "SECURITY_CONTACT", "COMMENT_POLICY", "DATABASE_URL"), ""
    )
    assert check("--deploy", "--fail-level", "WARNING", **PRODUCTION | empty | {"ALLOWED_HOSTS": ""})[0] == 0


def test_development_needs_no_variable_but_debug():
    assert check(DEBUG="true")[0] == 0


def test_the_example_file_names_every_variable_and_no_other():
    read = set(re.findall(r'(?:env\.\w+|text|chosen)\("([A-Z0-9_]+)"', (ROOT / "crpsinfo" / "settings.py").read_text()))
    listed = set(re.findall(r"^(?:# )?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == read


def test_the_readme_lists_every_variable():
    readme = (ROOT / "README.md").read_text()
    for name in re.findall(r"^(?:# )?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE):
        assert f"`{name}`" in readme
