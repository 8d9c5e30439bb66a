"""What holds for every page, whatever is on it."""

from contextlib import contextmanager

import pytest

Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe

# axe works out each color anew at each place, most of its time; here it remembers.
REMEMBER_COLORS = """
{
    const { Color } = axe.commons.color, { parseString } = Color.prototype, known = new Map();
    Color.prototype.parseString = function (text) {
        if (!known.has(text)) known.set(text, parseString.call(new Color(0, 0, 0), text));
        const { r, g, b, alpha } = known.get(text);
        return Object.assign(this, { r, g, b, alpha });
    };
}"""
AXE = Axe().axe_script + REMEMBER_COLORS
RUN_AXE = """async options => {
    document.getAnimations().forEach(animation => animation.finish());
    return (await axe.run(options)).violations;
}"""

PHONE, HALF, DESK = ({"width": width, "height": 720} for width in (320, 640, 1280))
ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES_ON_COLOR = ["color-contrast", "link-in-text-block"]
RULES_ON_LAYOUT = ["target-size", "scrollable-region-focusable"]  # what the width can change, too
# Colors differ in the dark, layout on a desk: two looks are enough to see each of these four, unless a desk has more.
LOOKS = [("dark", DESK, RULES_ON_COLOR + RULES_ON_LAYOUT), ("light", PHONE, ALL_RULES)]
ON_A_DESK_TOO = [("light", DESK, ALL_RULES), *LOOKS]
OPTIONS = {
    "resultTypes": ["violations"],
    "selectors": False,  # a violation is shown by its HTML
    "preload": False,  # of style sheets, for a rule that is not among these; the security policy refuses axe's way
}


def assert_sound(page, looks=LOOKS):
    """The page is whole, and anybody can use it: on a phone and a desk, in light and dark, with large text."""
    assert page.locator("h1").count() == 1
    assert_accessible(page, looks)
    assert_fits_a_phone(page)
    assert_fits_with_large_text(page)


def assert_accessible(page, looks=LOOKS):
    """No rule of WCAG 2.2 AA that a machine can judge is broken. (Two of them ask for a title and a language.)"""
    attached(page).send("Runtime.evaluate", {"expression": AXE})
    for scheme, size, rules in looks:
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
    session = attached(page)
    larger = {name: size * percent // 100 for name, size in sizes.items()}
    session.send("Page.setFontSizes", {"fontSizes": larger})
    try:
        yield
    finally:  # the next test has the same page
        session.send("Page.setFontSizes", {"fontSizes": sizes})


def attached(page):
    """The browser's own way to speak with the page."""
    return page.context.new_cdp_session(page)


def overflow(page):
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
