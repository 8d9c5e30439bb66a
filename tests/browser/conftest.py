"""The browser: Debian's Chromium against a live server, watched in every test (see `watch.py`)."""

import os
import shutil

import pytest

from tests.browser.watch import Watch
from tests.browser.windows import Windows, first_page

pytest.register_assert_rewrite("tests.browser.audit")  # so that its failures tell the values

# Playwright keeps an event loop running in the tests' own thread, where Django would refuse to use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = shutil.which("chromium")
SWITCHED_OFF = [
    "RenderDocument",  # the making of a new frame for every page, a fifth of what a page costs
    # This list replaces Playwright's own, of which these matter here:
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
FLAGS = [
    f"--disable-features={','.join(SWITCHED_OFF)}",
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


@pytest.fixture(scope="session")
def session_watch(live_server):
    return Watch(live_server.url)


@pytest.fixture
def watch(session_watch):
    """Fails the test when one of its pages did what none may do."""
    yield session_watch
    session_watch.check()


@pytest.fixture(scope="session")
def windows(browser, browser_context_args, session_watch):
    def open_window(**options):
        return watched(browser.new_context(**browser_context_args, **options), session_watch)

    return Windows(open_window)


@pytest.fixture
def borrow(windows, watch):
    """Call it for a browser window with nothing in it, as a person of their own would open it."""
    borrowed = []

    def borrow(*, scripts=True):
        borrowed.append((windows.borrow(scripts), scripts))
        return borrowed[-1][0]

    yield borrow
    for window, scripts in borrowed:
        windows.give_back(window, scripts, watch.origin)


@pytest.fixture
def new_context(new_context, watch):
    """Call it for a window of a special kind, or one to which a test does what cannot be undone."""
    return lambda **options: watched(new_context(**options), watch)


def watched(context, watch):
    context.set_default_timeout(10_000)  # milliseconds
    watch.over(context)
    return context


@pytest.fixture
def context(borrow):
    return borrow()


@pytest.fixture
def page(context):
    return first_page(context)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def reader(request, borrow):
    """A page of somebody who reads with scripts, and of somebody who switched them off."""
    return first_page(borrow(scripts=request.param))


@pytest.fixture
def moderators_page(request, borrow):
    """A page in a browser of its own, in which a moderator can sign in: without scripts where the reader has none."""
    scripts = getattr(getattr(request.node, "callspec", None), "params", {}).get("reader", True)
    return first_page(borrow(scripts=scripts))
