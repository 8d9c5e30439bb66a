"""What moderators do at the desk: as its code is called, and over HTTP with what its pages show."""

import html
import re
from html.parser import HTMLParser

from django.utils import timezone

from comments.models import Comment
from comments.moderation.attention import mark_of
from comments.moderation.forms import DecisionForm
from comments.moves import Reason
from crpsinfo.desk.deciding import decide_all, undo_batch
from crpsinfo.desk.kinds import Seen, kinds
from crpsinfo.models import UndoStep

PHONE = "212-555-0147"
TYPED = {  # what goes with the decisions that ask for something
    "remove": {"reason": Reason.UNKIND, "reason_words": "Please be kind."},
    "hold": {"note": "Anna, what do you think?"},
    "note": {"public_note": "Ask your own doctor."},
    "mask": {"place": [PHONE]},
    "reply": {"reply": "Thank you for telling."},
}


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


def seen(*comments):
    """What a page shows that is opened now, of these comments."""
    rows = Comment.objects.for_moderators().filter(pk__in=[comment.pk for comment in comments])
    return Seen(frozenset(map(mark_of, rows)), timezone.now())


def decide(name, *comments, by, as_seen=None, **typed):
    """Decide about comments, as they are or were seen. Returns the Outcome."""
    form = DecisionForm({"action": name} | (typed or TYPED.get(name, {})))
    assert form.is_valid(), form.errors
    keys = [comment.pk for comment in comments]
    return decide_all(kinds()["comment"], keys, form.cleaned_data, by=by, seen=as_seen or seen(*comments))


def done(name, comment, *, by, **typed):
    outcome = decide(name, comment, by=by, **typed)
    assert outcome.done == [comment.pk], outcome.left


def take_back(by):
    """Undo what this user decided last. Returns [why not; or ""]."""
    steps = UndoStep.objects.latest_batch(by)
    assert steps, "there is nothing to undo"
    return [why for _, why in undo_batch(steps[0].batch, by=by)]


# --- Over HTTP --------------------------------------------------------------------------------------------


def tab_of(slug):
    return f"/admin/queue/{slug}/"


def card_of(page, comment):
    """The part of a page that is the comment's card; "" if it is not there."""
    found = re.search(rf'<article class="card" id="card-{comment.pk}".*?</article>', page.text, re.DOTALL)
    return found[0] if found else ""


def shown_on(page):
    """The keys of the cards on a page, in their order."""
    return [int(key) for key in re.findall(r'<article class="card" id="card-(\d+)"', page.text)]


def hidden(name, part):
    """The values of the hidden fields of that name."""
    return re.findall(rf'name="{name}" value="([^"]*)"', part)


def press(client, tab, name, comment, *, page=None, **fields):
    """Press a button on a card, as the tab shows it or (`page`) showed it."""
    part = card_of(page or client.get(tab_of(tab)), comment)
    known = {key: hidden(key, part)[-1] for key in ("single", "pk", "seen", "shown_at", "page", "next")}
    return client.post(f"{tab_of(tab)}act/", known | {"action": name} | fields)


def tick(client, tab, name, *comments, page=None, **fields):
    """Tick cards of a tab and do something to all of them."""
    page = page or client.get(tab_of(tab))
    known = {"seen": hidden("seen", page.text), "shown_at": hidden("shown_at", page.text)[-1:]}
    known["pk"] = [comment.pk for comment in comments]
    return client.post(f"{tab_of(tab)}act/", known | {"action": name} | fields, follow=True)


def undo_last(client, by, **fields):
    batch = UndoStep.objects.latest_batch(by)[0].batch
    return client.post("/admin/queue/undo/", {"batch": batch} | fields, follow=True)


def words_of(page):
    """The text of a page, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


class Visible(HTMLParser):
    """Collects the text that is there to be read before anything is unfolded."""

    def __init__(self):
        super().__init__()
        self.folds, self.in_summary, self.texts = [], 0, []  # folds: of each <details> around, whether it is closed

    def handle_starttag(self, tag, attrs):
        if tag == "details":
            self.folds.append("open" not in dict(attrs))
        self.in_summary += tag == "summary"

    def handle_endtag(self, tag):
        if tag == "details":
            self.folds.pop()
        self.in_summary -= tag == "summary"

    def handle_data(self, data):
        around = self.folds[:-1] if self.in_summary else self.folds
        if not any(around):
            self.texts.append(data)


def visible(part):
    """What somebody reads of a part of a page before they unfold anything, in one line."""
    parser = Visible()
    parser.feed(part)
    return " ".join("".join(parser.texts).split())
