"""How editors write: what the form says about a text, previews, schedules, addresses, older versions."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse
from django.utils import timezone

from articles.markdown import render
from articles.models import Article, Correction, OldAddress, Picture, Status, Topic
from articles.publishing import publish_due, remind
from articles.writing.links import dead_links
from articles.writing.markup import markup_troubles
from articles.writing.reading_level import level_of
from crpsinfo.models import StaffMail
from crpsinfo.worker import work_off
from tests.article_forms import add, article_form, change, form_of, preview, version
from tests.directory_factories import make_listing, make_zip
from tests.factories import days_ago, make_article, make_editor, make_moderator, make_page
from tests.pictures import make_picture, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_editor()
    client.force_login(user)
    return user


def troubles(answer):
    """What the form says is wrong."""
    assert answer.status_code == 200
    return " ".join(re.findall(r'<ul class="errorlist[^"]*"[^>]*>(.*?)</ul>', answer.text, re.DOTALL))


def soon(**delta):
    return timezone.now() + timedelta(**delta)


# --- What is wrong with a text ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "trouble"),
    [
        ("/articles/nowhere/", "there is no such page"),
        ("/articles/draft/", "“A draft” is not published"),
        ("/articles/there/#nothing", "there is no place called #nothing on that page"),
        ("#nothing", "there is no place called #nothing on that page"),
        ("/doctors/atlantis/", "there is no such page"),
        ("/doctors/new-york/nobody/", "there is no such page"),
        ("/articles/former/", "“A draft” is not published"),
        ("nowhere/", "there is no such page"),
        ("HTTP://TestServer/nowhere/", "there is no such page"),
        ("http://testserver/articles/nowhere/", "there is no such page"),
        ("/admin/", "readers may not see it"),
        ("/comments/receipt/nothing/", "readers may not see it"),
    ],
)
def test_a_dead_link_is_an_error_that_names_it(client, editor, link, trouble):
    draft = make_article("A draft", slug="draft", published=False)
    make_article("There", slug="there")
    OldAddress.objects.create(path="/articles/former", article=draft)
    said = troubles(add(client, body=f"## Part\n\nSee [this]({link})."))
    assert f"Link {link}: {trouble}." in said
    assert not Article.objects.filter(slug="new").exists()


@pytest.mark.parametrize(
    "link",
    [
        *["/", "/about/", "/articles/there/#one", "#part", "/articles/new/#part", "/doctors/new-york/alma-tester/"],
        *[
            "/former/",
            "/articles/there",
            "../there/",
            "/contact/",
            "/doctors/?zip=10001",
            "https://example.org/nothing",
            "//example.org/x",
            "mailto:a@example.org",
            "tel:988",
        ],
    ],
)
def test_a_link_that_leads_somewhere_is_none(client, editor, link):
    make_page("about")
    there = make_article("There", slug="there")
    for path in ("/former", "/contact"):  # the second is a page of ours all the same
        OldAddress.objects.create(path=path, article=there)
    make_zip()
    make_listing()
    assert add(client, body=f"## Part\n\nSee [this]({link}).").status_code == 302


@pytest.mark.parametrize(
    ("picture", "trouble"),
    [
        ("![]({ours})", "say between the [ ] what it shows"),
        ("![A hand](/pictures/0123456789abcdef-8x6.webp)", "there is no such picture"),
        ("![A hand](https://example.org/x.png)", "only pictures that were added"),
    ],
)
def test_a_picture_without_words_or_from_elsewhere_is_an_error(client, editor, picture, trouble):
    text = picture.format(ours=make_picture().get_absolute_url())
    assert trouble in troubles(add(client, body=text))


def test_a_text_that_is_stored_already_is_held_to_the_same(client, editor):
    article = make_article()
    assert "there is no such page" in troubles(change(client, article, body="[x](/nowhere/)"))
    article.refresh_from_db()
    assert "nowhere" not in article.body


def test_a_page_is_visited_once_however_often_it_is_linked(monkeypatch):
    visits = []
    monkeypatch.setattr("articles.writing.links.visited", lambda path: visits.append(path) or ("", set()))
    dead_links(render("[a](/one/) [b](/one/#x) [c](/one/#y)").html)
    assert visits == ["/one/"]


def test_links_of_kept_html_are_tried_too():
    html = render('<a id="x" href="/nowhere/">x</a>', "html").html
    assert [link.address for link in dead_links(html)] == ["/nowhere/"]
    assert [link.trouble for link in dead_links('<a href="http://[x/">x</a>')] == ["this is no address"]


def test_pictures_of_kept_html_are_held_to_the_same(client, editor):
    article = make_article(text_format="html", body="<p>x</p>")
    there = make_picture().get_absolute_url()
    for html, trouble in [
        (f'<img src="{there}">', "say between the [ ]"),
        ('<img src="/pictures/0123456789abcdef-8x6.webp" alt="x">', "no such picture"),
    ]:
        assert trouble in troubles(change(client, article, body=html))
    assert change(client, article, body=f'<img src="{there}" alt="x">').status_code == 302


def test_dead_links_are_found_at_any_place_of_a_text():
    html = render("> - [a](/one/) and [b](/two/?x=1)\n\nText[^n].\n\n[^n]: [c](/three/)\n").html
    assert [link.address for link in dead_links(html)] == ["/one/", "/two/?x=1", "/three/"]


@pytest.mark.parametrize(("easy", "hard"), [("I ran. I sat.", "Neuropathic sensitization complicates rehabilitation.")])
def test_a_hard_text_has_a_higher_grade(easy, hard):
    assert level_of(f"<p>{easy}</p>").grade < 3 < 12 < level_of(f"<p>{hard}</p>").grade


def test_references_and_tables_are_not_read():
    html = render("Two words[^1].\n\n| a |\n|---|\n| cell |\n\n[^1]: Many words stand here.\n").html
    assert (level_of(html).words, level_of("").grade) == (2, None)


# --- Previews ---------------------------------------------------------------------------------------------


def test_a_preview_shows_what_was_typed_and_stores_nothing(client, editor):
    article = make_article(body="Old.")
    answer = preview(client, article, title="Another", body="## New part\n\nWith *words*.")
    assert '<h2 id="new-part">New part</h2>' in answer.text
    assert "Reading grade" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    article.refresh_from_db()
    assert (article.body, article.history.count()) == ("Old.", 1)


def test_a_preview_shows_what_stands_above_the_text(client, editor):
    topic = Topic.objects.create(name="Ketamine", slug="ketamine")
    shown = preview(
        client, make_article(), credit="Ann Tester", reviewed_by="", topics=[topic.pk], last_review="2026-01-02"
    )
    for words in ("Ann Tester", "No clinician has reviewed", ">Ketamine</a>", "2 Jan 2026", "about 1 minute"):
        assert words in shown.text
    assert "No clinician has reviewed" in preview(client, last_review="2026-01-02").text


def test_a_preview_of_a_new_one_says_what_is_wrong(client, editor):
    answer = preview(client, title="", body="[x](/nowhere/) <script>alert(1)</script>")
    assert "title: This field is required." in answer.text
    assert "/nowhere/: there is no such page" in answer.text
    assert "<script>alert" not in answer.text
    assert not Article.objects.exists()


def test_who_may_not_write_sees_no_preview(client):
    article = make_article()
    client.force_login(make_moderator())
    assert [preview(client).status_code, preview(client, article).status_code] == [403, 403]


# --- Publishing -------------------------------------------------------------------------------------------


def test_an_editor_publishes_and_takes_back_in_the_form(client, editor):
    article = make_article(published=False)
    change(client, article, decision="publish")
    assert client.get(article.get_absolute_url()).status_code == 200
    change(client, article, decision="unpublish")
    assert client.get(article.get_absolute_url()).status_code == 404


def test_a_scheduled_article_appears_when_its_time_has_come(client, editor):
    article, at = make_article(published=False), soon(hours=2)
    change(client, article, decision="schedule", publish_on=f"{at:%Y-%m-%dT%H:%M}")
    publish_due()
    assert client.get(article.get_absolute_url()).status_code == 404
    Article.objects.update(publish_at=days_ago(1))
    publish_due()
    assert client.get(article.get_absolute_url()).status_code == 200
    article.refresh_from_db()
    assert (article.status, article.publish_at) == (Status.PUBLISHED, None)


def test_who_may_not_publish_has_no_way_to_while_somebody_else_may(rf, editor):
    """Both forms are made at the same time, as by two threads."""
    admin_of_articles, forms = site._registry[Article], []
    for user in (make_moderator(), editor):
        request = rf.post("/", article_form(decision="publish"))
        request.user, request.resolver_match = user, resolve(reverse("admin:articles_article_add"))
        forms.append(admin_of_articles.get_form(request)(request.POST))
    assert [(form.is_valid(), form.cleaned_data["decision"]) for form in forms] == [(True, ""), (True, "publish")]


def test_the_clock_publishes_by_itself():
    article = make_article(published=False)
    article.schedule(days_ago(1))
    work_off()
    article.refresh_from_db()
    assert article.status == Status.PUBLISHED


@pytest.mark.parametrize("at", ["", "2020-01-01T10:00"])
def test_a_schedule_needs_a_time_to_come(client, editor, at):
    answer = change(client, make_article(published=False), decision="schedule", publish_on=at)
    assert "Give a time in the future." in troubles(answer)


def test_who_was_taken_out_of_the_schedule_meanwhile_is_not_published():
    article = make_article(published=False)
    article.schedule(days_ago(1))
    late = Article.objects.get()
    article.unpublish()
    late.publish_if_due()
    assert Article.objects.get().status == Status.DRAFT


# --- Addresses --------------------------------------------------------------------------------------------


def test_a_changed_address_leads_on_for_good(client, editor):
    article = make_article(slug="first")
    change(client, article, slug="second")
    answer = client.get("/articles/first/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/second/")
    article.refresh_from_db()
    change(client, article, slug="third")
    assert client.get("/articles/first/").headers["Location"] == "/articles/third/"


def test_an_article_that_goes_back_to_a_former_address_stands_there(client, editor):
    article = make_article(slug="first")
    change(client, article, slug="second")
    article.refresh_from_db()
    change(client, article, slug="first")
    assert client.get("/articles/first/").status_code == 200
    assert client.get("/articles/second/").headers["Location"] == "/articles/first/"


def test_a_former_address_is_nobody_elses(client, editor):
    make_article(slug="first").rename("second")
    assert "leads to another article" in troubles(add(client, slug="first"))


def test_an_address_that_led_elsewhere_before_is_no_obstacle():
    article, other = make_article(slug="first"), make_article()
    OldAddress.objects.create(path="/articles/first", article=other)
    article.rename("second")
    assert OldAddress.objects.leading("/articles/first").article == article


def test_only_what_readers_would_call_a_change_makes_it_changed():
    article = make_article(published_at=days_ago(400))
    Article.objects.update(updated_at=days_ago(300))
    article.close_comments()
    article.rename("second")
    assert Article.objects.get().updated_at < days_ago(299)
    article.unpublish()
    assert Article.objects.get().updated_at > days_ago(1)


def test_the_address_of_a_draft_changes_without_a_trace(client, editor):
    change(client, make_article(slug="first", published=False), slug="second")
    assert (Article.objects.get().slug, OldAddress.objects.count()) == ("second", 0)


def test_the_topics_page_takes_no_article(client, editor):
    assert "This address is taken." in troubles(add(client, slug="topics"))


# --- Corrections, history ---------------------------------------------------------------------------------


def test_a_correction_is_added_in_the_form(client, editor):
    article = make_article()
    row = {"corrections-TOTAL_FORMS": "1", "corrections-0-on": "2026-10-03", "corrections-0-text": "It was 20 mg."}
    assert change(client, article, **row).status_code == 302
    assert Correction.objects.get().on == date(2026, 10, 3)


def test_an_older_version_shows_word_by_word_what_it_would_change(client, editor):
    article = make_article(body="The dose was 20 mg.")
    change(client, article, body="The dose was 40 mg.")
    shown = client.get(version(article, 0)).text
    assert re.search(r"<del>.*?40.*?</del>", shown)
    assert re.search(r"<ins>.*?20.*?</ins>", shown)
    client.post(version(article, 0), form_of(article, body="The dose was 20 mg."))
    article.refresh_from_db()
    assert article.body == "The dose was 20 mg."


def test_a_change_of_text_and_topics_is_one_version_that_tells_both(client, editor):
    old, new = (Topic.objects.create(name=name, slug=name.lower()) for name in ("Old", "New"))
    article = make_article(body="First.")
    change(client, article, topics=[old.pk])
    change(client, article, body="Second.", topics=[new.pk])
    assert article.history.count() == 3
    shown = client.get(version(article, 1)).text
    assert re.findall(r'name="topics" value="(\d+)"[^>]*checked', shown) == [str(old.pk)]
    assert re.search(r"<h3>Topics</h3>.*?<del>.*?New.*?</del>.*?<ins>.*?Old.*?</ins>", shown, re.DOTALL)
    client.post(version(article, 1), form_of(article, body="First.", topics=[old.pk]))
    assert [*article.topics.all()] == [old]


def test_a_change_of_text_and_address_is_one_version_too(client, editor):
    article = make_article(body="First.")
    change(client, article, body="Second.", slug="elsewhere")
    assert list(article.history.values_list("body", "slug", "history_user"))[0] == ("Second.", "elsewhere", editor.pk)
    assert article.history.count() == 2


def test_what_was_not_touched_is_no_change(client, editor, content):
    article = Article.objects.get(slug="what-is-crps")
    before, reviews = article.body, {name: getattr(article, name) for name in ("last_review", "next_review")}
    change(client, article, body=before.replace("\n", "\r\n"), summary="Another.", **reviews)
    assert re.findall("<h3>(.*?)</h3>", client.get(version(article, -2)).text) == ["Summary"]
    article.refresh_from_db()
    assert article.body == before


def test_the_list_of_versions_tells_what_was_published_when(client, editor):
    article = make_article(status="draft", published_at=None)
    article.publish()
    page = client.get(reverse("admin:articles_article_history", args=[article.pk])).text
    assert re.findall(r"<td>(draft|published)</td>", page) == ["published", "draft"]


def test_a_picture_of_another_size_is_none(client, editor):
    address = make_picture().get_absolute_url()
    other = re.sub(r"-\d+x", "-1x", address)
    assert "not of that size" in troubles(change(client, make_article(), body=f"![A hand]({other})"))
    assert change(client, make_article(), body=f"![A hand]({address})").status_code == 302


def test_a_page_stays_at_its_address_and_an_article_an_article(client, editor):
    page, article = make_page("about"), make_article()
    change(client, page, slug="privacy", kind="article", title="About us")
    change(client, article, kind="page", title="Changed")
    page.refresh_from_db()
    article.refresh_from_db()
    assert (page.kind, page.slug, page.title) == ("page", "about", "About us")
    assert (article.kind, article.title) == ("article", "Changed")


@pytest.mark.parametrize("make", [make_article, lambda: make_page("about")])
def test_a_refused_form_comes_back_whatever_was_wrong(client, editor, make):
    answer = change(client, make(), slug="", kind="nonsense", title="", body="Kept words.")
    assert answer.status_code == 200
    assert "Kept words." in answer.text


def test_the_form_tells_length_and_grade(client, editor):
    article = make_article(body="One two three.")
    page = client.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert re.search(r"3 words.*?Reading grade", page)


def test_only_what_readers_see_can_be_viewed_on_the_site(client, editor):
    for article, shown in ((make_article(), True), (make_article(status="draft", published_at=None), False)):
        page = client.get(reverse("admin:articles_article_change", args=[article.pk])).text
        assert (f'href="{article.get_absolute_url()}"' in page) is shown


def test_an_article_that_was_deleted_does_not_come_back(client, editor):
    article = make_article()
    page = version(article, 0)
    fields = form_of(article)
    article.delete()
    assert [client.get(page).status_code, client.post(page, fields).status_code] == [404, 404]


# --- Reviews ----------------------------------------------------------------------------------------------


@pytest.fixture
def mails(editor, settings):
    """The mails that editors get when all that is due has been sent."""
    type(editor).objects.filter(pk=editor.pk).update(email="ed@example.org")

    def mails(mailoutbox):
        remind()
        StaffMail.objects.filter(due_at__isnull=False).update(due_at=days_ago(0))
        work_off()
        return [mail.subject for mail in mailoutbox if "review" in mail.subject]

    return mails


def review_in(days):
    return timezone.localdate() + timedelta(days=days)


def test_editors_are_reminded_two_weeks_before_and_when_it_is_overdue(mails, mailoutbox):
    article = make_article("Infusions", next_review=review_in(15))
    assert mails(mailoutbox) == []
    Article.objects.update(next_review=review_in(14))
    assert mails(mailoutbox) == ["1 article is due for review"]
    assert "Infusions" not in mailoutbox[0].body
    assert len(mails(mailoutbox)) == 1  # once is enough
    Article.objects.update(next_review=review_in(-1), reminded_on=review_in(-15))
    StaffMail.objects.update(sent_at=days_ago(2))
    assert len(mails(mailoutbox)) == 2
    article.unpublish()
    Article.objects.update(reminded_on=None)
    assert len(mails(mailoutbox)) == 2


# --- Pictures ---------------------------------------------------------------------------------------------


def test_an_editor_adds_a_picture_and_sees_what_to_write(client, editor):
    url = reverse("admin:articles_picture_add")
    client.post(url, {"file": uploaded(), "alt": "A hand", "caption": "", "source": "Ours"})
    picture = Picture.objects.get()
    assert picture.added_by == editor
    assert (
        f"![A hand]({picture.get_absolute_url()} "
        in client.get(reverse("admin:articles_picture_change", args=[picture.pk])).text
    )
    assert "is here already" in troubles(client.post(url, {"file": uploaded(), "alt": "A hand"}))


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [({"alt": ""}, "This field is required"), ({"file": SimpleUploadedFile("x.png", b"x")}, "no picture that we can")],
)
def test_a_picture_without_words_or_sense_is_refused(client, editor, fields, trouble):
    known = {"file": uploaded(), "alt": "A hand"}
    assert trouble in troubles(client.post(reverse("admin:articles_picture_add"), known | fields))
    assert not Picture.objects.exists()


# --- Slips in Markdown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("A fact[^a].", "Note [^a] has no line that begins with [^a]: below."),
        ("A fact.\n\n[^a]: Paper.", "Note [^a] is cited nowhere, so nobody sees it."),
        ("::: warnings\nx\n:::", "There is no call-out “::: warnings”."),
        ("::: warning\nx\n\n## Next", "Each call-out begins with ::: and its name"),
    ],
)
def test_a_slip_that_readers_would_see_as_words_is_an_error(client, editor, text, trouble):
    assert trouble in troubles(add(client, body=text))


def test_our_own_texts_have_no_slips(content):
    assert [slip for article in Article.objects.all() for slip in markup_troubles(article.body)] == []


def test_who_brings_an_older_version_back_sees_the_dates_it_takes_along(client, editor):
    article = make_article()
    change(client, article, last_review="2026-10-01")
    assert re.search(r"Last review.*?<del>.*?2026-10-01", client.get(version(article, 0)).text, re.DOTALL)


def test_a_correction_of_tomorrow_is_none(client, editor):
    row = {"corrections-TOTAL_FORMS": "1", "corrections-0-on": f"{soon(days=2):%Y-%m-%d}", "corrections-0-text": "x"}
    assert "cannot lie in the future" in troubles(change(client, make_article(), **row))


# --- Two editors ------------------------------------------------------------------------------------------


def test_who_saved_meanwhile_is_not_undone_unawares(client, editor):
    article = make_article(body="First.")
    seen = article.history.latest().pk
    change(client, article, body="Theirs.", seen=seen)
    answer = change(client, article, body="Mine.", seen=seen)
    assert f"{editor} changed this article" in troubles(answer)
    assert "Mine." in answer.text
    newest = re.search(r'name="seen" value="(\d+)"', answer.text)[1]
    assert change(client, article, body="Mine.", seen=newest).status_code == 302
    article.refresh_from_db()
    assert article.body == "Mine."
