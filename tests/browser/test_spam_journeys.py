"""Our own spam rules and the page on the spam filter, as moderators use them; and what a reader sees of a rule."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Sample, SpamMonth
from comments.moves import Status
from crpsinfo.models import CheckerState, Rule
from tests.akismet_stand_in import StandIn
from tests.browser.audit import assert_accessible, assert_fits_a_phone, assert_fits_with_large_text
from tests.browser.people import expect, expect_done, press, signed_in, tab_to, write_comment
from tests.factories import make_article, make_comment, make_moderator
from tests.moderation import page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_rules")]

ADD = "/admin/crpsinfo/rule/add/"


@pytest.fixture
def office(context, base_url):
    """The browser of a moderator who has signed in."""
    return signed_in(context, make_moderator(), base_url)


def assert_usable(page):
    assert_accessible(page)
    assert_fits_a_phone(page)
    assert_fits_with_large_text(page)


def test_a_rule_is_tried_and_saved_with_the_keyboard_alone(office, watch):
    caught = make_comment(text="Cheap pills here.", status=Status.SPAM)
    office.goto(ADD)
    tab_to(office, office.get_by_label("What to look for"))
    office.keyboard.type("cheap PILLS")
    press(office, office.get_by_role("button", name="Save"))
    heading = office.get_by_role("heading", name="What it would have caught")
    expect(heading).to_be_focused()
    words = "Of the last 1 comment, this rule would have caught 1: 1 spam."
    expect(office.get_by_role("region", name="What it would have caught")).to_contain_text(words)
    expect(office.get_by_role("link", name=caught.text)).to_be_visible()
    assert not Rule.objects.exists()
    assert_usable(office)
    press(office, office.get_by_role("button", name="Save this rule").first)
    expect(office.get_by_role("heading", name="Select spam rule to change")).to_be_visible()
    assert_usable(office)
    watch.check()
    assert Rule.objects.get().caught == 0


def test_a_refused_rule_says_why(office, watch):
    Rule.objects.create(kind="phrase", value="cheap pills")
    office.goto(ADD)
    office.get_by_label("What to look for").fill("Cheap  PILLS")
    office.get_by_role("button", name="Save").first.click()
    expect(office.get_by_text("There is this rule already")).to_be_visible()
    assert_usable(office)
    watch.check()


def test_the_page_on_the_filter(office, watch):
    make_comment(status=Status.PENDING, due_at=timezone.now())
    month = timezone.now().date().replace(day=1)
    SpamMonth.objects.create(month=month.replace(year=month.year - 1, month=12), checked=1234, spam=400, missed=3)
    with StandIn() as akismet:
        now = timezone.now()
        trouble = {"failing_since": now, "probe_at": now, "alert_code": "10502", "alert_message": "Over the limit."}
        CheckerState.objects.create(pk=1, last_error="Akismet did not answer in time", limit=100, used=99, **trouble)
        assert akismet.calls == []
        office.goto(reverse("admin:crpsinfo_checkerstate_changelist"))
        assert akismet.calls == []  # no page asks outside
    expect(office.get_by_role("heading", name="Spam filter", level=1)).to_be_visible()
    expect(office.get_by_role("row").filter(has_text=f"Dec {month.year - 1}")).to_contain_text("1234")
    assert_usable(office)
    watch.check()


def test_what_was_drawn_is_judged(office, watch):
    comment = make_comment(status=Status.SPAM, verdict="discard", checked_at=timezone.now())
    Sample.objects.create(comment=comment)
    office.goto(page_of(comment))
    assert_usable(office)
    office.get_by_role("button", name="It is spam").click()
    expect_done(office, f"Judged to be spam: comment {comment.pk}, by Ann")
    assert Sample.objects.get().was_spam
    watch.check()


def test_a_reader_whose_words_a_rule_catches_reads_so_and_can_ask_again(reader):
    make_article("Infusions", slug="infusions")
    Rule.objects.create(kind="phrase", value="cheap pills", action="spam")
    reader.goto("/articles/infusions/")
    write_comment(reader, "Are there ch3ap p1lls for us in Canada?")
    expect(reader.get_by_role("main")).to_have_attribute("data-status", "spam")
    expect(reader.get_by_role("main")).to_contain_text("own rules against spam caught it")
    expect(reader.get_by_role("button", name="Ask for a second look")).to_be_visible()
    assert Comment.objects.get().due_at is None


def test_no_person_meets_the_field_that_only_programs_fill_in(page):
    make_article("Infusions", slug="infusions")
    page.goto("/articles/infusions/")
    expect(page.locator("[name=subject]")).to_be_hidden()
    assert "Leave this field empty" not in page.get_by_role("main").aria_snapshot()
