"""How moderators work at the desk in a browser: with the keys, or with a thumb."""

from django.urls import reverse

from comments.models import CrisisFlag, ReportReason
from comments.moves import Status
from tests.browser.people import PASSWORD, expect, fold, sign_in_as_moderator_by_keyboard, tab_to
from tests.factories import days_ago, make_comment, make_user
from tests.moderation import report

ATTENTION = reverse("admin:desk-tab", args=["attention"])
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
NUMBER = "212-555-0147"
SMALL = """targets => targets.map(target => [target.getBoundingClientRect(), target.outerHTML.slice(0, 120)])
    .filter(([box]) => box.width && (box.width < 44 || box.height < 44))
    .map(([box, html]) => `${box.width} × ${box.height}: ${html}`)"""


def a_queue(article):
    """What needs attention one morning, in the order in which it is shown: {name of its writer: comment}."""
    eve = make_comment(article, author_name="Eve", status=Status.PENDING, text="I cannot go on.")
    CrisisFlag.objects.create(comment=eve, kind="self-harm", list_version=1)
    hal = make_comment(article, author_name="Hal", text="Doctors lie.")
    report(hal, ReportReason.UNKIND, words="Not nice.")
    waiting = {
        "Ann": "Four infusions helped.",
        "Ben": "You are all weak.",
        "Cal": "Buy cheap pills.",
        "Dot": "My dose was 40.",
        "Fay": f"Call me: {NUMBER}.",
    }
    queue = {"Eve": eve, "Hal": hal} | {
        name: make_comment(article, author_name=name, status=Status.PENDING, text=text, created_at=days_ago(9 - number))
        for number, (name, text) in enumerate(waiting.items())
    }
    gus = make_comment(article, author_name="Gus", text="Two infusions.", created_at=days_ago(2))
    gus.edit("Gus", "Three infusions.")
    return queue | {"Gus": gus}


def card(page, comment):
    """The card of a comment, or of a message."""
    return page.locator(f"#card-{comment.pk}")


def bar(page):
    """What takes back what was done last."""
    return page.get_by_role("form", name="What you did last")


def nothing_was_done(page):
    """What the page says of a decision that came too late."""
    return page.get_by_role("alert").filter(has_text="Nothing was done.")


def expect_to_go_on_at(page, comment):
    """The focus is on this card, whose beginning is in sight: below the bar, which is in sight, too."""
    expect(card(page, comment)).to_be_focused()
    expect(bar(page)).to_be_in_viewport(ratio=1)
    assert end_of_what_is_covered(page) <= card(page, comment).bounding_box()["y"] < page.viewport_size["height"] / 2


def end_of_what_is_covered(page):
    box = bar(page).bounding_box()
    return box["y"] + box["height"]


def unfold(page):
    """Show what is folded away, too."""
    page.locator("details").evaluate_all("folds => folds.forEach(fold => (fold.open = true))")


def too_small(page):
    """The buttons, summaries, tabs, fields and labels of tick boxes at the desk that a thumb could miss."""
    targets = "button, .button, summary, .tabs a, .elsewhere a, label.tick, label.choice, select, textarea, [type=text]"
    return page.locator(f"moderation-desk :is({targets})").evaluate_all(SMALL)


class Keyboard:
    """Somebody who can use the keyboard alone."""

    def __init__(self, page):
        self.page = page

    def sign_in(self):
        sign_in_as_moderator_by_keyboard(self.page)

    def go_to(self, item):
        """With j, which is one card on."""
        for _ in range(20):
            if card(self.page, item).evaluate("card => card.contains(document.activeElement)"):
                return
            self.page.keyboard.press("j")
        raise AssertionError(f"{item} is not reached with j.")

    def do(self, item, words, key):
        """What a button or a fold of a card does."""
        self.go_to(item)
        self.page.keyboard.press(key)

    def undo(self):
        self.page.keyboard.press("u")

    def choose(self, field, words):
        self._reach(field)
        self.page.keyboard.type(words)
        expect(field.locator("option:checked")).to_have_text(words)

    def write(self, field, words):
        self._reach(field)
        self.page.keyboard.type(words)

    def tick(self, box):
        self._reach(box)
        self.page.keyboard.press("Space")

    def follow(self, target):
        """A link, or a button in a fold."""
        self._reach(target)
        self.page.keyboard.press("Enter")

    def _reach(self, target):
        if not target.evaluate("target => target === document.activeElement"):
            tab_to(self.page, target)


class Thumb:
    """Somebody with a phone."""

    def __init__(self, page):
        self.page = page

    def sign_in(self):
        self.page.goto("/admin/")
        self.write(self.page.get_by_label("Username"), make_user("Moderator", password=PASSWORD).username)
        self.write(self.page.get_by_label("Password"), PASSWORD)
        self.follow(self.page.get_by_role("button", name="Log in"))

    def do(self, item, words, key):
        place = card(self.page, item)
        target = fold(place, words) if key in "orhm" else place.get_by_role("button", name=words, exact=True)
        target.tap()

    def undo(self):
        bar(self.page).get_by_role("button", name="Undo").tap()

    def choose(self, field, words):
        field.tap()
        field.select_option(words)

    def write(self, field, words):
        field.tap()
        self.page.keyboard.type(words)

    def tick(self, box):
        box.tap()

    def follow(self, target):
        target.tap()
