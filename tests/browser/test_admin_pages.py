"""Every page of the admin that a moderator or an editor works with is accessible, and clean on the console."""

import pytest
from django.urls import reverse

from articles.models import Article
from crpsinfo.models import ContactMessage
from directory.models import Doctor
from tests.browser.audit import LOOKS, ON_A_DESK_TOO, assert_accessible, assert_fits_a_phone
from tests.browser.full_site import KETAMINE, fill_site
from tests.browser.people import signed_in
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
}
WITH_THE_SIDE_BAR = ("articles", "article", "doctor")  # which a phone does not show: a list and the two longest forms


@pytest.fixture
def full_site(content):
    fill_site()
    ContactMessage.objects.create(name="Ann", email="ann@example.org", text="The link is broken.")


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
def test_pages(full_site, context, base_url, watch, subtests, make_user, pages):
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
