"""Every page of the admin that a moderator or an editor works with is accessible, and clean on the console."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from crpsinfo.models import ContactMessage
from directory.admin.recheck.calls import IN_A_ROW
from directory.models import Check, Doctor, HiddenBecause, NotListed, RegisterEntry, Report
from tests.browser.audit import LOOKS, ON_A_DESK_TOO, assert_accessible, assert_fits_a_phone
from tests.browser.full_site import KETAMINE, LONG_WORD, fill_site
from tests.browser.people import press, signed_in
from tests.directory_factories import make_listing
from tests.factories import make_editor, make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MODERATORS = {  # the comments themselves: see test_moderation_pages.py
    "queue": lambda: reverse("admin:index"),
    "all pages": lambda: reverse("admin:pages"),
    "all comments": lambda: reverse("admin:comments_comment_changelist") + "?status=all",
    "switch for comments": lambda: reverse("admin:comments_commentsettings_add"),
    "messages": lambda: reverse("admin:crpsinfo_contactmessage_changelist"),
    "message": lambda: change_page(ContactMessage.objects.first()),
    "articles": lambda: reverse("admin:articles_article_changelist"),
    "spam rules": lambda: reverse("admin:crpsinfo_rule_changelist"),
    "own password": lambda: reverse("admin:password_change"),
}
EDITORS_OF_ARTICLES = {
    "index": lambda: reverse("admin:index"),
    "articles": lambda: reverse("admin:articles_article_changelist"),
    "new article": lambda: reverse("admin:articles_article_add"),
    "article": lambda: change_page(ketamine()),
    "history": lambda: reverse("admin:articles_article_history", args=[ketamine().pk]),
    "former version": lambda: former_version(ketamine()),
}
EDITORS_OF_THE_DIRECTORY = {
    "doctors": lambda: reverse("admin:directory_doctor_changelist"),
    "new doctor": lambda: reverse("admin:directory_doctor_add"),
    "doctor": lambda: change_page(cora()),
    "history": lambda: reverse("admin:directory_doctor_history", args=[cora().pk]),
    "former version": lambda: former_version(cora()),
    "practices": lambda: reverse("admin:directory_practice_changelist"),
    "practice": lambda: change_page(cora().practices.first()),
    "treatments": lambda: reverse("admin:directory_treatment_changelist"),
    "ZIP codes": lambda: reverse("admin:directory_zipcode_changelist"),
    "offers": lambda: reverse("admin:directory_offer_changelist"),
    "offer": lambda: change_page(cora().practices.first().offers.first()),
    "new practice": lambda: reverse("admin:directory_practice_add", query={"doctor": cora().pk}),
    "hidden doctor": lambda: change_page(hidden()),
    "whom to call": lambda: reverse("admin:directory_rechecks"),
    "call": lambda: reverse("admin:directory_recheck", args=[cora().pk]),
    "call about a hidden listing": lambda: reverse("admin:directory_recheck", args=[hidden().pk]),
    "import": lambda: reverse("admin:directory_doctor_import"),
    "registry": lambda: reverse("admin:directory_registerentry_changelist"),
    "provider": lambda: change_page(RegisterEntry.objects.first()),
    "new listing from the registry": lambda: reverse("admin:directory_doctor_add", query={"register": "1003000126"}),
    "checks": lambda: reverse("admin:directory_check_changelist"),
    "check": lambda: change_page(Check.objects.first()),
    "reports": lambda: reverse("admin:directory_report_changelist"),
    "report": lambda: change_page(Report.objects.first()),
    "boards": lambda: reverse("admin:directory_stateboard_changelist"),
    "new board": lambda: reverse("admin:directory_stateboard_add"),
    "requests not to be listed": lambda: reverse("admin:directory_notlisted_changelist"),
}
WITH_THE_SIDE_BAR = ("articles", "article", "doctor")  # which a phone does not show: a list and the two longest forms


@pytest.fixture
def full_site(content):
    fill_site()
    ContactMessage.objects.create(name="Ann", email="ann@example.org", text="The link is broken.")


@pytest.fixture
def full_directory(full_site):
    """With something that was checked, reported, hidden, and is in the registry."""
    doctor = cora()
    practice = doctor.practices.first()
    for _ in range(IN_A_ROW):
        Check.objects.create(doctor=doctor, practice=practice, what="phone", result="no-answer", note=LONG_WORD)
    told = {"words": LONG_WORD, "proposed": {"phone": "303 555 0102"}, "outcome": "moved"}
    Report.objects.create(kind="called", doctor=doctor, practice=practice, reader="somebody", **told)
    name = {"first_name": "ALMA", "last_name": "TESTER", "city": "DENVER", "state": "CO"}
    RegisterEntry.objects.create(npi="1003000126", seen_on=timezone.localdate(), **name)
    make_listing("80202", first_name="Hilda", last_name="Hidden").doctor.hide(because=HiddenBecause.NPI)
    NotListed.objects.create(npi_hash="hash")


def hidden():
    return Doctor.objects.get(slug="hilda-hidden")


def ketamine():
    return Article.objects.get(slug=KETAMINE)


def cora():
    return Doctor.objects.get(slug="cora-whole")


def change_page(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def former_version(row):
    return reverse(
        f"admin:{row._meta.app_label}_{row._meta.model_name}_simple_history", args=[row.pk, row.history.first().pk]
    )


@pytest.mark.parametrize(
    ("make_user", "pages"),
    [
        (make_moderator, MODERATORS),
        (make_editor, EDITORS_OF_ARTICLES),
        (make_editor, EDITORS_OF_THE_DIRECTORY),
    ],
    ids=["moderator", "editor of articles", "editor of the directory"],
)
def test_pages(full_directory, context, base_url, watch, subtests, make_user, pages):
    page = signed_in(context, make_user(), base_url)
    for name, address in pages.items():
        with subtests.test(name):
            assert page.goto(address()).status == 200
            assert_accessible(page, ON_A_DESK_TOO if name in WITH_THE_SIDE_BAR else LOOKS)
            assert_fits_a_phone(page)
            watch.check()


def test_sign_in_and_its_refusal(page):
    page.goto("/admin/")
    assert_accessible(page)
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Please enter the correct username and password").wait_for()
    assert_accessible(page)


# --- What an editor does in the directory -----------------------------------------------------------------

FILE = {"name": "listings.csv", "mimeType": "text/csv"}


def import_page(page, text):
    """Choose a file and look at what it would change."""
    page.goto(reverse("admin:directory_doctor_import"))
    page.get_by_label("CSV file").set_input_files(FILE | {"buffer": text.encode()})
    page.get_by_role("button", name="Show what it would change").click()


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def editors_page(request, borrow, base_url):
    return signed_in(borrow(scripts=request.param), make_editor(), base_url)


def test_a_call_from_the_queue_to_its_end_by_keyboard(full_directory, editors_page, watch):
    page, outcome = editors_page, Check.objects.filter(result="confirmed")
    page.goto(reverse("admin:directory_doctor_changelist"))
    press(page, page.get_by_role("link", name="Check by phone"))
    press(page, page.get_by_role("link", name="Cora Whole, MD"))
    watch.announce(400)
    page.get_by_role("checkbox").first.press("Enter")
    page.get_by_text("Press one of the buttons.").wait_for()
    assert not outcome.exists()
    page.get_by_label("Note, for editors only").first.fill("Spoke with the front desk.")
    press(page, page.get_by_role("button", name="Confirmed").first)
    page.get_by_text("still right. On record.").wait_for()
    assert outcome.get().note == "Spoke with the front desk."
    watch.check()


def test_a_call_that_was_not_put_on_record(full_directory, context, base_url, watch):
    page = signed_in(context, make_editor(), base_url)
    page.goto(reverse("admin:directory_recheck", args=[cora().pk]))
    for tick in page.get_by_role("checkbox").all():
        tick.uncheck()
    watch.announce(400)
    page.get_by_role("button", name="Confirmed").first.click()
    page.get_by_text("Tick what they said something about.").wait_for()
    assert_accessible(page)
    assert_fits_a_phone(page)
    watch.check()


def test_a_file_from_its_preview_to_the_list(full_directory, context, base_url, watch):
    page = signed_in(context, make_editor(), base_url)
    import_page(page, f"slug,last_name,source\ncora-whole,Whole,Pain medicine\nnew,New,{LONG_WORD}\n")
    page.get_by_role("heading", name="What would be stored").wait_for()
    assert_accessible(page)
    assert_fits_a_phone(page)
    page.get_by_role("button", name="Store this").click()
    page.get_by_text("Rows: 1 with something new, 1 changed, 0 as before.").wait_for()
    watch.check()


def test_what_is_wrong_with_a_file(full_directory, context, base_url, watch):
    page = signed_in(context, make_editor(), base_url)
    import_page(page, f"slug,npi,source\ncora-whole,1,x\nnew,{LONG_WORD},x\n")
    page.get_by_role("heading", name="What is wrong").wait_for()
    assert_accessible(page)
    assert_fits_a_phone(page)
    watch.check()
