"""What holds for every page, whatever is on it."""

from contextlib import contextmanager

import pytest

Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe

AXE = Axe().axe_script
RUN_AXE = """async options => {
    await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
    return (await axe.run(options)).violations;
}"""

PHONE, HALF, DESK = ({"width": width, "height": 800} for width in (320, 640, 1280))
ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES_ON_COLOR = ["color-contrast", "link-in-text-block"]
RULES_ON_LAYOUT = ["target-size", "scrollable-region-focusable", *RULES_ON_COLOR]  # what the width can change
LOOKS = [("light", DESK, ALL_RULES), ("light", PHONE, RULES_ON_LAYOUT), ("dark", PHONE, RULES_ON_COLOR)]
OPTIONS = {
    "resultTypes": ["violations"],
    "selectors": False,  # a violation is shown by its HTML
    "preload": False,  # of style sheets, for a rule that is not among these; the security policy refuses axe's way
}


def assert_sound(page):
    """The page is whole, and anybody can use it: on a phone and a desk, in light and dark, with large text."""
    assert page.locator("html").get_attribute("lang")
    assert page.title()
    assert page.locator("h1").count() == 1
    assert_accessible(page)
    assert_fits_a_phone(page)
    assert_fits_with_large_text(page)


def assert_accessible(page):
    """No rule of WCAG 2.2 AA that a machine can judge is broken. In the dark only colors differ, whatever the width."""
    page.evaluate(AXE)
    for scheme, size, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found = violations(page, rules)
        assert not found, "\n".join([f"In {scheme}, {size['width']} px wide:", *found[:10]])


def violations(page, rules):
    """What axe finds, one text for each place."""
    found = page.evaluate(RUN_AXE, OPTIONS | {"runOnly": rules})
    return [f"{rule['id']}: {node['html']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def assert_fits_a_phone(page):
    """Nobody has to scroll the page sideways."""
    page.set_viewport_size(PHONE)
    assert overflow(page) == 0


def assert_fits_with_large_text(page):
    page.set_viewport_size(HALF)
    with text_size(page, 200):
        assert overflow(page) == 0


@contextmanager
def text_size(page, percent):
    """As if the reader had set the size of text in the browser."""
    sizes = {"standard": 16, "fixed": 13}  # pixels, the usual ones
    session = page.context.new_cdp_session(page)
    larger = {name: size * percent // 100 for name, size in sizes.items()}
    session.send("Page.setFontSizes", {"fontSizes": larger})
    yield
    session.send("Page.setFontSizes", {"fontSizes": sizes})


def overflow(page):
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
