"""What an address of the admin asks beside its path: what its own links ask, and nothing that breaks a page or spells
something out."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Topic
from comments.models import ModeratorProfile, Notification
from crpsinfo.models import Rule, StaffMail, StaffMailKind
from directory.models import Doctor, Practice, Treatment, ZipCode
from tests.directory_factories import make_doctor, make_listing, make_zip
from tests.factories import make_article, make_comment, make_moderator, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MODELS = [model for model, shown_by in admin.site._registry.items() if hasattr(shown_by, "own_filters")]
WITH_FORMS = [Article, Doctor, Group, ModeratorProfile, Practice, Rule, Topic, Treatment, User, ZipCode]
NONSENSE = ["abc", "", "٣", "-1", "2026-01-01", "9" * 30]


@pytest.fixture(autouse=True)
def almighty(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def address(model, what="changelist"):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}")


def name_of(model):
    return model._meta.label


# --- Lists ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_no_list_is_narrowed_by_what_its_links_do_not_ask(client, model):
    pk = model._meta.pk.name
    for lookup in (f"{pk}__gt", f"{pk}__in", f"{pk}__range", "nonsense", "nonsense__year"):
        assert client.get(address(model), {lookup: "1"}).status_code == 400, lookup


@pytest.mark.parametrize(
    ("name", "lookup"),
    [
        ("articles_article", "published_at__year"),
        ("articles_article", "updated_at__year"),
        ("directory_doctor", "created_at__year"),
        ("directory_doctor", "npi__startswith"),
        ("directory_practice", "checked_on__year"),
        ("auth_user", "last_login__year"),
        ("auth_user", "password__startswith"),
        ("auth_user", "totpdevice__key__startswith"),
    ],
)
@pytest.mark.parametrize("value", ["999999999999", "2026"])
def test_no_year_breaks_a_list_and_no_secret_is_spelled_out(client, name, lookup, value):
    assert client.get(reverse(f"admin:{name}_changelist"), {lookup: value}).status_code == 400


@pytest.fixture
def rows(almighty):
    """Of everything that is filtered, rows that differ: else the filter is not offered."""
    article = make_article()
    article.topics.add(Topic.objects.create(name="Topic", slug="topic"))
    make_article(published=False)
    make_doctor(last_name="Hidden", is_example=True)
    make_listing()
    make_zip("80202")
    Notification.schedule(make_comment(email="ann@example.org"))
    StaffMail.objects.create(user=make_moderator(), kind=StaffMailKind.DIGEST, failed_at=timezone.now())
    StaffMail.objects.create(user=almighty, kind=StaffMailKind.OPERATOR)


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_each_filter_that_a_list_offers_works(client, rows, model):
    page = client.get(address(model))
    offered = [spec for spec in page.context["cl"].filter_specs if spec.has_output()]
    links = [choice["query_string"] for spec in offered for choice in spec.choices(page.context["cl"])]
    for link in links:
        assert client.get(urljoin(address(model), link)).status_code == 200, link
    assert bool(links) == bool(admin.site._registry[model].list_filter)


def test_the_lists_of_articles_and_doctors_are_narrowed(client, rows):
    for name, query, count in [
        ("articles_article", {"status__exact": "draft"}, 1),
        ("articles_article", {"topics__isnull": "True"}, 2),
        ("directory_doctor", {"practices__state__exact": "NY"}, 1),
        ("directory_doctor", {"is_example__exact": "1"}, 1),
        ("directory_practice", {"doctor__status__exact": "hidden"}, 0),
    ]:
        page = client.get(reverse(f"admin:{name}_changelist"), query)
        assert len(page.context["cl"].result_list) == count, query


# --- Forms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", WITH_FORMS, ids=name_of)
def test_no_value_in_the_address_breaks_the_page_that_adds_a_row(client, model):
    for value in NONSENSE:
        filled_in = {field.name: value for field in model._meta.get_fields()}
        assert client.get(address(model, "add"), filled_in).status_code == 200, value


def test_a_link_fills_in_the_doctor_of_a_new_practice(client):
    doctor, page = make_doctor(), reverse("admin:directory_practice_add")
    chosen = rf'<option value="{doctor.pk}" selected>{re.escape(str(doctor))}</option>'
    assert re.search(chosen, unescape(client.get(page, {"doctor": doctor.pk}).text))
    for key in ("abc", doctor.pk + 1):
        assert not re.search(r'<option value="\d+" selected', client.get(page, {"doctor": key}).text)


# --- History ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["abc", "٣x", "-1", "9" * 30])
@pytest.mark.parametrize("make", [make_article, make_doctor])
def test_a_version_that_cannot_be_is_not_found(client, make, key):
    row = make()
    pages = address(type(row))
    for page in (f"{pages}{key}/history/1/", f"{pages}{row.pk}/history/{key}/"):
        assert client.get(page).status_code == 404, page
