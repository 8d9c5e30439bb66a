"""What is asked of the directory, and of the search over all: an index finds it, however much there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import OldAddress
from crpsinfo.models import SearchEntry, SearchWord
from directory.freshness import Age
from directory.models import Doctor, Offer, Practice, Report, ReportState, Status
from directory.reports import retention
from tests.directory_factories import PLACES, STOPPED, make_listing, make_zip
from tests.factories import make_article, make_editor
from tests.listing_reports import make_suggestion
from tests.query_plans import asked, assert_planned, filled

pytestmark = pytest.mark.django_db

DOCTORS, STALE = 2000, 40
SYLLABLES = ("ba", "den", "ker", "lo", "mar", "nes", "or", "pel", "ros", "sin", "tal", "ver", "win")
ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture(scope="module", autouse=True)
def many(django_db_setup, django_db_blocker):
    """Listings in all of PLACES, each with an offer and a report that was decided on long ago; few off the lists."""
    with django_db_blocker.unblock(), filled(fill):
        yield


def fill():
    for code in PLACES:
        make_zip(code)
    like = make_listing(first_name="Zoe", last_name="Zulu")
    doctors = Doctor.objects.bulk_create([copy_of(like.doctor, number) for number in range(DOCTORS)])
    practices = Practice.objects.bulk_create([at_place(doctor, number) for number, doctor in enumerate(doctors)])
    treatment = like.offers.get().treatment
    Offer.objects.bulk_create([Offer(practice=practice, treatment=treatment, for_crps="yes") for practice in practices])
    Report.objects.bulk_create([decided(practice) for practice in practices])
    Practice.objects.recount(*{practice.state for practice in practices})
    fill_search()
    article = make_article(slug="present")
    OldAddress.objects.bulk_create([OldAddress(path=f"/2014/{n}", article=article) for n in range(DOCTORS)])


def copy_of(like, number):
    """One in forty has stopped."""
    first, last = SYLLABLES[number % 13], SYLLABLES[number // 13 % 13] + SYLLABLES[number // 169 % 13]
    status = Status.STOPPED if number % STALE == 1 else Status.LISTED
    doctor = Doctor(
        first_name=first.title(), last_name=last.title(), status=status, slug=f"{first}-{last}-{number}", source="W",
        stopped_since=STOPPED["since"], stopped_source="W", licence_checked_on=like.licence_checked_on,
        licence_checked_how="W", physician_supervised=True, supervision_checked_on=like.supervision_checked_on,
    )  # fmt: skip
    doctor.derive()
    doctor.updated_at = timezone.now() - timedelta(hours=number)
    return doctor


def at_place(doctor, number):
    code = list(PLACES)[number % len(PLACES)]
    city, state, lat, lon = PLACES[code]
    off = number % 97 / 300  # degrees
    practice = Practice(doctor=doctor, city=city, state=state, zip_code=code, lat=lat + off, lon=lon - off)
    practice.derive(None)
    practice.derive_from_doctor(doctor)
    practice.age = Age.OLD if number % STALE == 2 else Age.CURRENT
    return practice


def decided(practice):
    long_ago = timezone.now() - timedelta(days=700)
    state = ReportState.SPAM if practice.pk % STALE == 3 else ReportState.CLOSED
    facts = {"created_at": long_ago, "closed_at": long_ago, "state": state}
    return Report(kind="called", doctor=practice.doctor, practice=practice, outcome="stopped", reader="", **facts)


def fill_search():
    """A word that stands everywhere, and one that stands hardly anywhere."""
    entries = [
        SearchEntry(kind=kind, object_id=10**6 + number, title=" old ", body=f" burn {rare(number)} ")
        for kind in ("article", "doctor", "comment")
        for number in range(900)
    ]
    words = [
        SearchWord(entry=entry, word=(word := entry.body.split()[1]), initial=word[0], length=len(word))
        for entry in SearchEntry.objects.bulk_create(entries)
    ]
    SearchWord.objects.bulk_create(words)
    if connection.vendor == "postgresql":  # what was just added waits beside the index, which makes it look dear
        with connection.cursor() as cursor:
            for index in ("search_entry_vector", "practice_search_trigrams", "doctor_search_trigrams"):
                cursor.execute("SELECT gin_clean_pending_list(%s)", [index])


def rare(number):
    return "".join(SYLLABLES[number // 13**place % 13] for place in range(3))


def getting(client, address, status=200):
    def get():
        assert client.get(address).status_code == status

    return get


def somewhere(**values):
    return Practice.objects.in_default_list().filter(state="NY", **values).by_place()[20]


# --- Readers ------------------------------------------------------------------------------------------------


def test_a_page_of_a_state(client):
    assert_planned(getting(client, "/doctors/new-york/"))
    assert_planned(getting(client, f"/doctors/new-york/?after={somewhere().pk}"))
    assert_planned(getting(client, f"/doctors/new-york/?before={somewhere().pk}"))


@pytest.mark.parametrize("more", ["", "&treatment=ketamine-outpatient", "&name=baba"])
def test_a_search_around_a_zip_code(client, more):
    assert_planned(getting(client, f"/doctors/?zip=10001&miles=50{more}"), may_sort=[' AS "nearness"'])


@pytest.mark.skipif(ON_SQLITE, reason="SQLite has no index for a part of a word")
def test_a_search_for_a_name(client):
    assert_planned(getting(client, "/doctors/?name=kerbaba"))


def test_the_front_page_of_the_directory(client):
    """It asks nothing that grows."""
    with asked() as queries:
        getting(client, "/doctors/")()
    assert queries == []


@pytest.mark.parametrize("number", [0, 1])
def test_the_page_of_a_doctor_who_is_listed_or_has_stopped(client, number):
    doctor = Doctor.objects.order_by("pk").filter(slug__endswith=f"-{STALE + number}").get()
    assert_planned(getting(client, doctor.get_absolute_url()), may_sort=[' AS "nearness"'])


@pytest.mark.parametrize(
    ("address", "indexes"),
    [
        ("/sitemap.xml", ["practice_changed", "doctor_changed"]),
        ("/sitemap-states.xml", ["practice_changed"]),
        ("/sitemap-doctors.xml", ["doctor_status"]),
    ],
)
def test_a_sitemap(client, address, indexes):
    """How many files there are is counted, in an index alone."""
    assert_planned(getting(client, address), may_scan=['COUNT(*) AS "__count"', "directory_statecount"], by=indexes)


@pytest.mark.parametrize("typed", ["burning", "kerbaba", '"old burn"', "kerbabaa"])
def test_a_search_over_all(client, typed):
    articles = ('FROM "articles_article" U0 WHERE U0."status"',)  # which are published: a thousand at most
    assert_planned(
        getting(client, f"/search/?q={typed}"), may_scan=articles, may_sort=['"articles_topic"."name"', "searchword"]
    )


@pytest.mark.parametrize("address", ["/2014/77/", "/2014/nothing-there/", "/doctors/new-york/nobody/"])
def test_an_address_of_long_ago(client, address):
    assert_planned(getting(client, address, 301 if "77" in address else 404), may_sort=['"directory_oldslug"'])


# --- Editors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", ["listings", "listing-spam"])
def test_the_reports_at_the_desk(client, tab):
    make_suggestion()
    client.force_login(make_editor())
    assert_planned(getting(client, f"/admin/queue/{tab}/"), may_sort=["ORDER BY CASE"])


def test_what_is_asked_of_reports_for_the_mails_of_editors():
    from directory.reports.desk import Reports

    for ask in (lambda: Reports().requested_since(None), Reports().waiting_since, Reports().last_decided):
        assert_planned(ask)


def test_the_worker_claims_what_is_due():
    assert_planned(Report.objects.claim)


def test_what_its_time_is_over_for():
    assert_planned(retention.purge)
