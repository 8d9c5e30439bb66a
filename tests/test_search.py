"""What the search finds, how it is shown, and that it keeps nothing."""

import logging

import pytest
from django.db import Error, connection, transaction

from articles.models import Article
from comments.erasure import erase
from comments.models import Comment
from comments.moves import Status
from crpsinfo import search as index
from crpsinfo.models import SearchEntry
from crpsinfo.search import engines
from crpsinfo.search.lost import offered_for
from crpsinfo.search.query import read
from crpsinfo.search.spelling import nearest
from directory import demo
from tests.directory_factories import make_doctor, make_listing, make_treatment
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db


def make_public(text, article=None, **values):
    """A comment that a moderator published."""
    comment = make_comment(article, text=text, status=Status.PENDING, **values)
    comment.publish(by=make_moderator())
    return comment


def page(client, q, **parameters):
    return client.get("/search/", {"q": q, **parameters})


def found(kind, typed):
    return SearchEntry.objects.matching(read(typed), kind)


# --- The page -------------------------------------------------------------------------------------


def test_articles_doctors_and_comments_are_found_each_in_a_group(client):
    article = make_article("Ketamine infusions")
    make_public("Ketamine helped my hand.", article)
    make_listing(specialty="Ketamine and pain medicine")
    text = page(client, "ketamine").text
    assert "Articles" in text
    assert text.count("1 found") == 3
    assert "<mark>Ketamine</mark> infusions</a>" in text
    assert "Personal experience, not checked by a clinician" in text


def test_a_search_is_one_readers_own_and_nobody_keeps_or_logs_it(client, caplog):
    caplog.set_level(logging.DEBUG)
    response = page(client, "my secret pain")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    told = [record for record in caplog.records if record.name != "django.db.backends"]
    assert not any("secret" in record.getMessage() for record in told)
    assert page(client, "secret", kind="comments", page=9).status_code == 404
    assert not any("q=" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_search_is_a_get(client, method):
    assert getattr(client, method)("/search/", {"q": "x"}).status_code == 405


def test_the_page_without_words_asks_for_some(client):
    text = client.get("/search/").text
    assert "<h1>Search</h1>" in text
    assert "Nothing found" not in text
    assert "Nothing found" in page(client, "?!").text


def test_what_is_pasted_is_not_cut_without_a_word(client):
    for pasted in ("pain " * 21, "x" * 201):
        text = page(client, pasted).text
        assert pasted.strip() in text
        assert "only its first words were searched" in text
    text = page(client, "ketamine " + "痛" * 2000).text
    assert 'maxlength="600"' in text
    assert "only its first words were searched" in text
    assert "only its first words were searched" not in page(client, "pain " * 20).text


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("q=the+of+and", 200, "1 found"),
        ("q=%22ketamine", 200, "1 found"),
        ("q=%22%22%22", 200, "Nothing found"),
        ("q=ketamine+NEAR(a)", 200, "Nothing found"),
        ("q=ketamine:*", 200, "1 found"),
        ("q=title:ketamine", 200, "Nothing found"),
        ("q=ketamine+%26+!pain", 200, "Nothing found"),
        ("q=%25", 200, "Nothing found"),
        ("q=%F0%9F%94%A5+%D7%A9%D7%9C%D7%95%D7%9D", 200, "Nothing found"),
        ("q=%ff%ed%a0%80", 200, "Nothing found"),
        ("q=pain&q=ketamine", 200, "1 found"),
        ("q[]=ketamine&exact=%27", 200, "<h1>Search</h1>"),
        ("q=ketamine&kind=nothing&page=99", 200, "1 found"),
        ("q=ketamine&kind=articles&page=99", 404, "That page is not here"),
        ("q=ketamine&kind=articles&page=-1", 404, "That page is not here"),
        ("q=ketamine&kind=articles&page=x", 404, "That page is not here"),
        ("q=ketamine%00", 400, "not understood"),
        ("q=x&" * 1001, 400, "not understood"),
    ],
)
def test_whoever_tries_to_break_it_gets_a_sensible_answer(client, address, status, says):
    make_article("The ketamine of and", body="One\n")
    response = client.get(f"/search/?{address}")
    assert response.status_code == status
    assert says in response.text


def test_every_form_of_a_word_is_found_and_marked(client):
    make_article("Ketamine", body="An infusion takes hours.\n")
    text = page(client, "infusions").text
    assert "An <mark>infusion</mark> takes hours." in text


def test_what_was_written_or_typed_cannot_become_html(client):
    make_public('Burning <script>alert("x")</script> & pain')
    text = page(client, 'burning "><script>').text
    assert "&lt;<mark>script</mark>&gt;alert(&quot;x&quot;)" in text
    assert "<script>alert" not in text
    assert 'value="burning &quot;&gt;&lt;script&gt;"' in text


def test_ten_of_each_kind_are_shown_and_the_others_on_pages_of_their_own(client):
    article = make_article()
    comments = [make_comment(article, text=f"Burning number{number:02}") for number in range(23)]
    index.refresh("comment", *(comment.pk for comment in comments))
    first = page(client, "burning").text
    assert first.count("<mark>Burning</mark>") == 10
    assert "23 found" in first
    assert "?q=burning&amp;kind=comments&amp;page=2" in first
    last = page(client, "burning", kind="comments", page=3).text
    assert last.count("<mark>Burning</mark>") == 3
    assert "number00<" in last


def test_queries_do_not_grow_with_the_hits(client, django_assert_max_num_queries):
    article = make_article("Burning")
    comments = [make_comment(article, text="Burning") for _ in range(12)]
    index.refresh("comment", *(comment.pk for comment in comments))
    for number in range(4):
        make_listing(last_name=f"Burning{number}", specialty="Burning pain")
    with django_assert_max_num_queries(10):
        page(client, "burning")


def test_beyond_the_limit_the_number_is_more_than_that(client, monkeypatch):
    monkeypatch.setattr("crpsinfo.search.results.MOST", 3)
    article = make_article()
    comments = [make_comment(article, text="Burning") for _ in range(5)]
    index.refresh("comment", *(comment.pk for comment in comments))
    assert "more than 3 found" in page(client, "burning").text


def test_only_the_newest_are_looked_at():
    article = make_article()
    comments = [make_comment(article, text="Burning") for _ in range(5)]
    index.refresh("comment", *(comment.pk for comment in comments))
    newest = [comment.pk for comment in comments[:-3:-1]]
    assert SearchEntry.objects.matching(read("burning"), "comment", most=2) == newest


def test_the_title_weighs_more_and_equals_come_newest_first():
    in_text = make_article("Other", body="About mirrors.\n")
    older, newer = make_article("Mirrors", body="One\n"), make_article("Mirrors", body="One\n")
    assert found("article", "mirror") == [newer.pk, older.pk, in_text.pk]


def test_what_has_more_of_the_words_for_its_length_comes_first():
    article = make_article()
    texts = ["Burning " + "and so on " * 20, "Burning, burning, burning feet", "Burning feet and other things"]
    comments = [make_comment(article, text=text) for text in texts]
    index.refresh("comment", *(comment.pk for comment in comments))
    assert found("comment", "burning") == [comments[1].pk, comments[2].pk, comments[0].pk]


# --- Nothing found --------------------------------------------------------------------------------


def test_a_typing_error_is_taken_for_the_nearest_known_word(client):
    make_article("Ketamine infusions")
    text = page(client, "ketamene infusion").text
    assert 'Nothing for “<span dir="auto">ketamene</span>”' in text
    assert "Showing “<strong>ketamine infusion</strong>”" in text
    assert "<mark>Ketamine</mark> <mark>infusions</mark>" in text
    assert "exact=1" in text


def test_exactly_what_was_typed_can_be_searched(client):
    make_article("Ketamine infusions")
    assert "Nothing found for" in page(client, "ketamene", exact=1).text


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("ketamene", "ketamine"),
        ("ktamine", "ketamine"),
        ("ektamine", "ketamine"),
        ("ketaminne", "ketamine"),
        ("lidocane", "lidocaine"),
        ("testre", "tester"),
        ("opiod", "opioids"),
        ("opiods", "opioids"),
        ("xylophone", None),
        ("abc", None),
        ("1234", None),
    ],
)
def test_the_same_known_word_is_nearest_on_both_databases(typed, known):
    make_article("Ketamine", body="Ketamines, opioids and lidocaine\n")
    make_article("Ketamine and sleep", body="And sheep\n")
    make_listing()
    assert nearest(typed) == known


def test_comments_teach_no_words(client):
    make_public("Ketamiine")
    assert "Nothing found" in page(client, "ketamiime").text


@pytest.mark.parametrize("typed", ["!", "x" * 101, "zzyzx " * 200])
def test_no_other_search_is_offered_that_would_refuse_the_words(client, typed):
    text = page(client, typed).text
    assert "Nothing found" in text
    assert "/doctors/?name=" not in text


def test_a_page_without_results_says_where_else_to_look(client):
    text = page(client, "zzyzx").text
    for address in ("/articles/", "/doctors/?name=zzyzx", "/doctors/suggest/", "/contact/"):
        assert f'href="{address}"' in text


# --- What can be found ----------------------------------------------------------------------------


def test_a_draft_is_never_found_and_an_article_only_while_it_is_published():
    article = make_article("Mirrors", published=False)
    assert found("article", "mirrors") == []
    article.publish()
    assert found("article", "mirrors") == [article.pk]
    article.unpublish()
    assert found("article", "mirrors") == []


def test_an_article_is_found_by_its_present_words_without_markdown():
    article = make_article("Mirrors", body="Some **bold** [words](/articles/nowhere/).[^1]\n\n[^1]: A source\n")
    assert found("article", "bold words source") == [article.pk]
    assert found("article", "nowhere") == []
    article.body = "Other text.\n"
    article.save()
    assert found("article", "bold") == []
    assert found("article", "other") == [article.pk]
    article.delete()
    assert not SearchEntry.objects.exists()


def test_comments_vanish_with_their_article_and_come_back_with_it(client):
    comment = make_public("Burning feet")
    comment.article.unpublish()
    assert found("comment", "burning") == []
    Article.objects.get().publish()
    assert found("comment", "burning") == [comment.pk]


def test_the_name_of_a_writer_finds_nothing():
    make_public("Burning feet", author_name="Rosalind")
    assert found("comment", "rosalind") == []


@pytest.mark.parametrize(
    "vanish",
    [
        lambda comment: comment.remove(by=make_moderator(), reason="other"),
        lambda comment: comment.hold(by=make_moderator()),
        lambda comment: comment.mark_spam(by=make_moderator()),
        lambda comment: comment.withdraw(),
        lambda comment: comment.mask(["Burning"], by=make_moderator()),
        lambda comment: comment.edit("Ann", "Other words", hide=True),
    ],
)
def test_a_comment_is_found_no_more_as_soon_as_nobody_may_read_it(vanish):
    comment = make_public("Burning feet")
    assert found("comment", "burning") == [comment.pk]
    vanish(Comment.objects.get())
    assert found("comment", "burning") == []


def test_an_erased_comment_is_found_no_more():
    comment = make_public("Burning feet")
    erase([comment.lock()])
    assert not SearchEntry.objects.filter(kind="comment").exists()


def test_a_new_version_is_found_once_it_is_accepted_and_a_decision_taken_back_counts_too():
    comment = make_public("Burning feet")
    comment.edit("Ann", "Freezing hands")
    assert found("comment", "burning") == [comment.pk]
    comment.proposal.accept(by=make_moderator())
    assert (found("comment", "burning"), found("comment", "freezing")) == ([], [comment.pk])
    comment = Comment.objects.get()
    before = comment.state()
    moderator = make_moderator()
    comment.remove(by=moderator, reason="other")
    comment.take_back("remove", before, comment.state(), by=moderator)
    assert found("comment", "freezing") == [comment.pk]


def test_what_a_moderator_writes_is_found():
    comment = Comment(article=make_article(), text="Welcome everybody")
    comment.post_as_staff(make_moderator())
    assert found("comment", "welcome") == [comment.pk]


def test_a_doctor_is_found_by_all_that_the_page_says_and_only_while_it_can_be_read():
    listing = make_listing(
        clinic_name="Harbor Clinic", other_names="Baker", specialty="Pain medicine", treatment=make_treatment("drg")
    )
    doctor = listing.doctor
    for typed in ("alma tester", "baker", "harbor", "new york", "pain medicine", "drg"):
        assert found("doctor", typed) == [doctor.pk], typed
    doctor.stop(since="2026-09-20", source="The clinic")
    assert found("doctor", "tester") == [doctor.pk]
    for hide in (doctor.dispute, doctor.hide):
        doctor.publish()
        assert found("doctor", "tester") == [doctor.pk]
        hide()
        assert found("doctor", "tester") == []
    doctor.publish()
    doctor.remove_on_request(by=make_moderator())
    assert found("doctor", "tester") == []


def test_a_doctors_entry_follows_practices_offers_and_treatments():
    listing = make_listing(clinic_name="Harbor Clinic", treatment=make_treatment("drg"))
    key = listing.doctor_id
    listing.clinic_name = "Island Clinic"
    listing.save()
    assert (found("doctor", "harbor"), found("doctor", "island")) == ([], [key])
    treatment = listing.offers.get().treatment
    treatment.name = "Stimulation"
    treatment.save()
    assert (found("doctor", "drg"), found("doctor", "stimulation")) == ([], [key])
    listing.offers.get().delete()
    assert found("doctor", "stimulation") == []
    listing.doctor.delete()
    assert not SearchEntry.objects.exists()


def test_examples_that_are_removed_are_found_no_more():
    make_listing(is_example=True)
    demo.remove()
    assert not SearchEntry.objects.exists()


def test_a_hidden_doctor_is_never_found():
    make_doctor()
    assert not SearchEntry.objects.exists()


def test_a_change_that_is_rolled_back_leaves_the_index_as_it_was():
    article = make_article("Mirrors")
    with transaction.atomic():
        article.unpublish()
        transaction.set_rollback(True)
    assert found("article", "mirrors") == [article.pk]


# --- How it is found ------------------------------------------------------------------------------


def test_the_database_answers_from_its_index():
    entries = [SearchEntry(kind="comment", object_id=number, body=f" word{number} burn ") for number in range(5000)]
    SearchEntry.objects.bulk_create(entries)
    rare = plan_of('word7 "word7 burning"')
    if connection.vendor == "postgresql":
        assert "search_entry_vector" in rare
        assert "search_entry_newest" in plan_of("burning")  # newest first, until there are enough
    else:
        assert "VIRTUAL TABLE INDEX" in rare
        assert "SEARCH entry USING INTEGER PRIMARY KEY" in rare
    assert "Seq Scan" not in rare


def plan_of(typed):
    sql, parameters = engines.hits(connection.vendor, read(typed).stemmed, "comment", most=20)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # what was just added waits beside the index, which makes it look dear
            cursor.execute("SELECT gin_clean_pending_list('search_entry_vector')")
        cursor.execute("ANALYZE")
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}", parameters)
        return "\n".join(str(line) for line in cursor.fetchall())


# --- Addresses that lead nowhere ------------------------------------------------------------------


def test_a_404_offers_what_the_words_of_the_address_lead_to(client):
    article = make_article("Ketamine infusions")
    response = client.get("/articles/ketamine-infusion-2014/")
    assert response.status_code == 404
    assert f'<a href="{article.get_absolute_url()}">Ketamine infusions</a>' in response.text
    doctor = make_listing(last_name="Ketamine").doctor
    offered = client.get("/doctors/new-york/ketamine/").text
    assert offered.index(doctor.get_absolute_url()) < offered.index(article.get_absolute_url())


def test_a_404_offers_three_at_most_and_asks_little(django_assert_num_queries):
    for _ in range(5):
        make_article("Ketamine infusions")
    with django_assert_num_queries(2):
        assert [hit.title for hit in offered_for("/2014/03/ketamine/")] == ["Ketamine infusions"] * 3


@pytest.mark.parametrize(
    "address", ["/static/ketamine.css", "/admin/ketamine/", "/comments/receipt/ketamine/", "/12/34/", "/index.php"]
)
def test_files_keys_and_numbers_are_not_looked_for(address, django_assert_num_queries):
    make_article("Ketamine infusions and index")
    with django_assert_num_queries(0):
        assert offered_for(address) == []


def test_a_404_is_shown_while_the_database_is_away(client, monkeypatch):
    def away(*args, **kwargs):
        raise Error

    monkeypatch.setattr("crpsinfo.models.SearchEntry.objects.matching", away)
    response = client.get("/ketamine/")
    assert response.status_code == 404
    assert "That page is not here" in response.text
