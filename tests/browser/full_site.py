"""A site with something of everything, at addresses that tests can name beforehand."""

from importlib import import_module

from django.apps import apps
from django.utils import timezone

from articles.models import Article
from comments.models import Kind, Notification
from comments.moves import Reason, Status
from crpsinfo.models import RuleAction
from directory.models import ForCrps, Practice, Setting, Treatment
from tests.directory_factories import STOPPED, make_listing, make_offer, make_practice, make_zip
from tests.factories import days_ago, make_article, make_comment, make_moderator

KETAMINE = "ketamine-infusions-for-crps"
ANSWERED = 7001  # a comment
LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3


def fill_site():
    """Comments and doctors of all kinds, beside the articles of load_content."""
    restore_treatments()
    discuss(Article.objects.get(slug=KETAMINE))
    make_receipts(Article.objects.get(slug=KETAMINE))
    old = make_article("An old one", slug="old", next_review="2020-01-01", comments_open=False)
    for name in ("Hal", "Ida", "Jo"):
        make_comment(old, author_name=name)
    fill_directory()


def shorten_pages(monkeypatch):
    """So few on a page that lists of two or three, and the one long thread, go on to a second."""
    monkeypatch.setattr("comments.discussion.THREADS_ON_A_PAGE", 2)
    monkeypatch.setattr("comments.discussion.REPLIES_ON_A_PAGE", 5)
    monkeypatch.setattr("directory.views.PAGE_SIZE", 1)


def restore_treatments():
    """The rows of the migration, which a test with real transactions leaves no trace of."""
    import_module("directory.migrations.0002_treatments").add(apps, None)


def restore_crisis_lists():
    """The same of the phrases that mean danger."""
    import_module("comments.migrations.0003_crisis_lists").add(apps, None)


def discuss(article):
    """A placeholder with a reply, and a thread deeper than its indents, with long words and one written to the left."""
    removed = make_comment(article, status=Status.REMOVED)
    make_comment(article, parent=removed, author_name="Gus", website="https://example.org/gus")
    parent = make_comment(article, pk=ANSWERED, text="My second infusion helped.\n\nThe third did not.")
    for name in ("Ben", "Carla of the long name that fills all of the sixty character", "דנה", "Eve", "Fay"):
        parent = make_comment(article, parent=parent, author_name=name, text=f"{LONG_WORD} https://example.org/page")


def make_receipts(article):
    """One private page for each thing that can become of a comment; its key is its state."""
    for status in Status.values:
        make_comment(article, status=status, receipt_key=status, text="What I wrote.", website="https://example.org/")
    make_comment(article, status=Status.PENDING, receipt_key="being-checked", due_at=timezone.now())
    make_comment(article, status=Status.PENDING, receipt_key="not-reached", due_at=timezone.now(), last_error="down")
    make_comment(
        article, status=Status.WITHDRAWN, receipt_key="erased", author_name="", text="", erased_at=timezone.now()
    )
    make_comment(article, status=Status.SPAM, receipt_key="ruled", ruling=RuleAction.SPAM, ruled_because="a phrase")
    told_why = make_comment(article, receipt_key="told-why")
    told_why.remove(by=make_moderator(), reason=Reason.DOSE_ADVICE)
    make_comment(article, status=Status.SPAM, receipt_key="appealed").ask_again("Please look again.")
    make_comment(article, receipt_key="proposed").edit("Carla of the long name", f"{LONG_WORD} https://example.org/")
    ask_to_confirm(article)


def ask_to_confirm(article):
    """Two comments with an address, that of the second confirmed. The keys of their mails are their states, too."""
    address = f"{'ann' * 20}@{'example' * 8}.org"
    asked = make_comment(article, receipt_key="asked", mail_key="asked", status=Status.PENDING, email=address)
    Notification.objects.create(comment=asked, kind=Kind.CONFIRM, sent_at=days_ago(2))
    make_comment(article, mail_key="confirmed", email=address, email_confirmed_at=timezone.now())


def fill_directory():
    """Colorado: one listing that says everything, one example, one doctor who stopped. Wyoming: none."""
    for code in ("07102", "80202", "82001"):
        make_zip(code)
    say_everything(make_listing("80202", first_name="Cora", last_name="Whole", specialty="Neurology", npi="1234567893"))
    make_listing("80202", first_name="Xavier", last_name="Example", is_example=True)
    make_listing("80202", first_name="Stan", last_name="Stopped").doctor.stop(**STOPPED)
    make_listing("07102", first_name="Dora", last_name="Disputed").doctor.dispute()


def say_everything(practice):
    """Every fact that a doctor's page can show, at two places."""
    Practice.objects.filter(pk=practice.pk).update(
        address="1 Nowhere Street",
        address_2="Floor 2",
        phone="+13035550101",
        phone_ext="4",
        website="https://example.org/",
        step_free=True,
        recliner_or_bed=False,
    )
    in_hospital = {
        "treatment": Treatment.objects.get(slug="ketamine-in-hospital"),
        "for_crps": ForCrps.PAIN_ONLY,
        "setting": Setting.INPATIENT,
        "course": "5 days",
        "accepting_new": False,
        "driver_required": True,
        "price_note": "$1,000 a visit",
        "payers_note": "Bill it yourself",
        "source_url": "https://example.org/ketamine",
    }
    make_offer(practice, **in_hospital)
    make_offer(make_practice(practice.doctor, "64108", clinic_name=""), Treatment.objects.first())
