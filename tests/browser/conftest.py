"""The browser: Debian's Chromium against a live server, watched in every test (see `watch.py`)."""

import os
import shutil

import pytest

from tests.browser.watch import Watch

pytest.register_assert_rewrite("tests.browser.audit")  # so that its failures tell the values

# Playwright keeps an event loop running in the tests' own thread, where Django would refuse to use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def _chromium():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def base_url(live_server):
    """What addresses like "/doctors/" are relative to."""
    return live_server.url


@pytest.fixture
def watch(live_server):
    """Fails the test when one of its pages did what none may do."""
    watch = Watch(live_server.url)
    yield watch
    watch.check()


@pytest.fixture
def new_context(watch, new_context):
    """Another browser window with nothing in it, as a person of their own would open it."""

    def watched(**options):
        context = new_context(**options)
        context.set_default_timeout(10_000)  # milliseconds
        watch.over(context)
        return context

    return watched


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def reader(request, new_context):
    """A page of somebody who reads with scripts, and of somebody who switched them off."""
    return new_context(java_script_enabled=request.param).new_page()


@pytest.fixture
def moderators_page(request, new_context):
    """A page in a browser of its own, in which a moderator can sign in: without scripts where the reader has none."""
    scripts = getattr(getattr(request.node, "callspec", None), "params", {}).get("reader", True)
    return new_context(java_script_enabled=scripts).new_page()
