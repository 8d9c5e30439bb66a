"""What moderators and those who report a comment work with is accessible, on a phone too, and clean on the console."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.models import CrisisFlag, CrisisKind, CrisisList, Kind, ModeratorProfile, Notification, ReportReason
from comments.moves import Reason, Status
from tests.browser.audit import assert_accessible, assert_fits_a_phone, assert_sound
from tests.browser.people import expect, expect_done, fold, press, signed_in, tab_to
from tests.factories import make_article, make_comment, make_moderator, make_writer
from tests.moderation import LIST, page_of, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3


@pytest.fixture
def article():
    return make_article("Infusions", slug="infusions")


@pytest.fixture
def moderator():
    return make_moderator()


@pytest.fixture
def office(context, base_url, moderator):
    """The browser of a moderator who has signed in."""
    return signed_in(context, moderator, base_url)


def trouble(article, moderator):
    """A public comment of which there is everything to see."""
    writer = make_writer(approved=1, alerted_at=timezone.now())
    comment = make_comment(article, writer=writer, text=f"My {LONG_WORD} first words.", parent=make_comment(article))
    comment.edit("Ann", f"My {LONG_WORD} second words.", hide=True)
    comment.publish(by=moderator)
    comment.edit("Anna", f"Other {LONG_WORD} words.")
    report(comment, ReportReason.DANGER, words=f"Look: {LONG_WORD}")
    report(comment, ReportReason.WROTE_THIS, reader="reader-2")
    CrisisFlag.objects.create(comment=comment, kind=CrisisKind.SELF_HARM, list_version=1)
    return comment


def appealed(article, moderator):
    comment = make_comment(article, status=Status.PENDING)
    comment.remove(by=moderator, reason=Reason.DOSE_ADVICE)
    comment.ask_again(f"Please look again. {LONG_WORD}")
    return comment


def rows(article, moderator):
    """The addresses of the other rows that moderators see."""
    phrases, _ = CrisisList.objects.update_or_create(kind=CrisisKind.EMERGENCY, defaults={"phrases": "cannot breathe"})
    mail = Notification.objects.create(comment=make_comment(article), kind=Kind.REPLY, last_error="not reached")
    profile = ModeratorProfile.objects.create(user=moderator, pen_name="Maple")
    for row in (phrases, mail, profile, make_writer(alerted_at=timezone.now())):
        yield reverse(f"admin:comments_{row._meta.model_name}_changelist")
        yield reverse(f"admin:comments_{row._meta.model_name}_change", args=[row.pk])
    yield reverse("admin:comments_crisislist_history", args=[phrases.pk])
    version = phrases.history.first().pk
    yield reverse("admin:comments_crisislist_simple_history", args=[phrases.pk, version])


def test_pages_of_moderators(office, watch, subtests, article, moderator):
    addresses = [page_of(trouble(article, moderator)), page_of(appealed(article, moderator)), LIST]
    addresses += [reverse("admin:desk-tab", args=[tab]) for tab in ("attention", "reported")]
    for address in [*addresses, *rows(article, moderator)]:
        with subtests.test(address):
            assert office.goto(address).status == 200
            assert_accessible(office)
            assert_fits_a_phone(office)
            watch.check()


def test_decision_that_was_refused(office, watch, article, moderator):
    comment = trouble(article, moderator)
    office.goto(page_of(comment))
    fold(office, "Reply…").click()
    office.get_by_label("Reply as a moderator").fill("Please call 988.")
    fold(office, "Hold…").click()
    watch.announce(400)
    office.get_by_role("button", name="Hold for a second look").click()
    expect(office.get_by_role("alert")).to_contain_text("does not go with that button")
    assert_accessible(office)
    assert_fits_a_phone(office)
    office.get_by_role("alert").get_by_role("link").click()
    expect(office.get_by_label("Reply as a moderator")).to_have_value("Please call 988.")


def test_moderator_answers_and_accepts_with_the_keyboard_alone(office, article, moderator):
    comment = trouble(article, moderator)
    office.goto(LIST)
    press(office, office.get_by_role("link", name="May be distressing").first)
    expect(office.get_by_role("heading", level=1)).to_have_text(f"Comment {comment.pk}")
    press(office, fold(office, "Reply…"))
    tab_to(office, office.get_by_label("Reply as a moderator"))
    office.keyboard.type("Please call 988.")
    press(office, office.get_by_role("button", name="Publish this reply"))
    expect_done(office, f"Answered: comment {comment.pk}, by Ann")
    press(office, office.get_by_role("button", name="Accept the new version"))
    expect_done(office, f"Shown in the new version: comment {comment.pk}, by Anna")
    office.goto(comment.article.get_absolute_url())
    expect(office.get_by_role("article", name="Reply to Anna, level 3, by A moderator, moderator")).to_contain_text(
        "Please call 988."
    )


def test_list_says_what_was_changed_meanwhile(office, article):
    comment = make_comment(article, status=Status.PENDING, text="The words that were read.")
    office.goto(LIST)
    comment.edit("Ann", "The words that were not.")
    office.get_by_role("row").filter(has_text="that were read").get_by_role("checkbox").check()
    office.get_by_role("combobox", name="Action").select_option("Publish")
    office.get_by_role("button", name="Go").click()
    left = f"Left as it is: comment {comment.pk}, by Ann. It is waiting now. Changed by its writer on "
    expect(office.get_by_text(left)).to_be_visible()
    expect(office.get_by_role("link", name="The words that were not.")).to_be_visible()


def test_report_from_the_article_to_the_moderators_list(article, page, borrow, base_url, moderator):
    make_comment(article, author_name="Eve", text="Take 40 of these.")
    page.goto("/articles/infusions/")
    page.get_by_role("link", name="Report the comment by Eve").click()
    page.get_by_role("radio", name="It gives a dose, or a source of drugs").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your report")
    office = signed_in(borrow(), moderator, base_url)
    office.goto(LIST)
    row = office.get_by_role("row").filter(has_text="Take 40 of these.")
    expect(row).to_contain_text("1 report: It gives a dose, or a source of drugs")


def test_pages_of_those_who_report(page, watch, article):
    comment = make_comment(article, text=f"Take {LONG_WORD}. " * 20, author_name="Carla of the long name " * 2)
    page.goto(reverse("report", args=[comment.pk]))
    assert_sound(page)
    watch.announce(400)
    page.get_by_role("button", name="Send the report").click()
    page.get_by_role("alert").get_by_role("link", name="What is it?").click()
    expect(page.get_by_role("radio").first).to_be_focused()
    assert_sound(page)
    page.get_by_role("radio", name="Somebody may be in danger").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Help exists now")).to_be_visible()
    assert_sound(page)
    page.goto(reverse("report-sent", args=[comment.pk]))
    assert_sound(page)


def test_report_of_what_is_gone_keeps_the_words(page, watch, article):
    comment = make_comment(article)
    page.goto(reverse("report", args=[comment.pk]))
    comment.withdraw()
    page.get_by_role("radio", name="Something else").check()
    page.get_by_label("In your own words").fill("My words.")
    watch.announce(404)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_label("What you wrote is not lost.")).to_have_value("My words.")
    assert_sound(page)


def test_comments_of_moderators_and_edited_ones(page, article, moderator):
    comment = make_comment(article, author_name="Ann", edited_at=timezone.now())
    make_comment(parent=comment, author_name="Maple", staff=moderator)
    page.goto("/articles/infusions/")
    expect(page.get_by_role("article", name="Comment by Ann")).to_contain_text("edited")
    expect(page.get_by_role("article", name="Reply to Ann, level 2, by Maple")).to_contain_text("Moderator")
    assert_sound(page)
