"""What was done to comments, by whom and when: read by moderators, and changed by nobody."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from comments.models import CommentEvent, Kind, Notification
from comments.moves import Actor, Move, Reason, Status
from tests.deciding import done, take_back
from tests.factories import make_article, make_comment, make_editor, make_moderator, make_user, make_writer
from tests.moderation import page_of, report

pytestmark = pytest.mark.django_db

LIST = reverse("admin:comments_commentevent_changelist")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def make_event(move=Move.PUBLISH, by=None, *, at=None, comment=None, **values):
    """One that nobody's verb wrote: at any time."""
    values = {"actor": Actor.MODERATOR if by else Actor.SYSTEM, "was": Status.PENDING, "revision": 1} | values
    values |= {"at": at} if at else {}
    return CommentEvent.objects.create(comment=comment or make_comment(), move=move, by=by, **values)


def shown(client, query=""):
    """[(who, what, states, why)] as the list shows them, without tags."""
    cells = ("who", "what", "states", "why")
    rows = re.findall(r"<tr>(.*?)</tr>", client.get(LIST + query).text, re.DOTALL)
    return [tuple(cell(row, name) for name in cells) for row in rows if "field-what" in row]


def cell(row, name):
    found = re.search(rf'<td class="field-{name}[^"]*">(.*?)</td>', row, re.DOTALL)[1]
    return re.sub("<[^>]+>", "", found)


def sums(client, query=""):
    found = re.search(r'<p class="sums">(.*?)</p>', client.get(LIST + query).text, re.DOTALL)[1]
    return re.sub("<[^>]+>", "", found)


# --- What it shows ----------------------------------------------------------------------------------------


def test_the_list_opens_on_what_moderators_did_newest_first(client, moderator):
    comment = make_comment(status=Status.PENDING)
    comment.publish(by=moderator)
    comment.remove(by=moderator, reason=Reason.UNKIND)
    comment.withdraw()
    assert shown(client) == [
        (moderator.username, "Removed", "Public → Removed", "It is unkind to somebody."),
        (moderator.username, "Published", "Waiting → Public", "–"),
    ]


def test_others_are_told_by_what_they_are(client, moderator):
    comment = make_comment()
    report(comment)
    comment.withdraw()
    comment.record(Move.MAIL, Actor.SYSTEM, reason="decision")
    assert shown(client, "?who=all") == [
        ("the site", "Mail sent", "–", "published, or not"),
        ("its writer", "Withdrawn", "Public → Withdrawn by its writer", "–"),
        ("a reader", "Reported", "–", "It is unkind or threatening"),
    ]
    assert [who for who, *_ in shown(client, "?who=reader")] == ["a reader"]
    assert [who for who, *_ in shown(client, "?who=writer")] == ["its writer"]
    assert [who for who, *_ in shown(client, "?who=site")] == ["the site"]


def test_what_was_taken_back_is_what_it_was_before(client, moderator):
    comment = make_comment(status=Status.SPAM)
    comment.withdraw()
    comment.restore()
    before = comment.state()
    comment.publish(by=moderator)
    comment.take_back("publish", before, comment.state(), by=moderator)
    states = {what: states for _, what, states, _ in shown(client, "?who=all")}
    assert states["Decision undone"] == "Public → Spam"
    assert states["Brought back"] == "Withdrawn by its writer → Spam"


def test_each_row_leads_to_its_comment(client, moderator):
    event = make_event(by=moderator)
    assert f'href="{page_of(event.comment)}"' in client.get(LIST).text


def test_one_moderators_day_can_be_picked_out(client, moderator):
    other = make_moderator()
    make_event(Move.REMOVE, moderator, at=NOON)
    make_event(Move.HOLD, moderator, at=NOON + timedelta(days=1))
    make_event(Move.PUBLISH, other, at=NOON)
    assert [what for _, what, *_ in shown(client, f"?who={moderator.pk}&day=2026-11-20")] == ["Removed"]
    assert [what for _, what, *_ in shown(client, "?day=2026-11-20&what=publish")] == ["Published"]


@pytest.mark.parametrize("at", ["2026-11-20T00:00:00Z", "2026-11-20T23:59:59.999999Z"])
def test_a_day_is_whole(client, moderator, at):
    make_event(by=moderator, at=datetime.fromisoformat(at))
    assert len(shown(client, "?day=2026-11-20")) == 1
    assert shown(client, "?day=2026-11-19") == shown(client, "?day=2026-11-21") == []


def test_a_day_is_summed_up_for_whom_it_was_asked(client, moderator):
    for move in (Move.PUBLISH, Move.PUBLISH, Move.REMOVE):
        make_event(move, moderator, at=NOON)
    make_event(Move.PUBLISH, make_moderator(), at=NOON)
    day = "on Friday, 20 Nov 2026:"
    asked = f"?who={moderator.pk}&day=2026-11-20&what=remove"
    assert sums(client, asked) == f"{moderator.username}, {day} 2 published, 1 removed."
    assert sums(client, "?day=2026-11-20") == f"All moderators, {day} 3 published, 1 removed."
    assert sums(client, "?day=2026-11-21").endswith("21 Nov 2026: nothing.")


def test_without_a_day_the_last_seven_are_summed_up(client, moderator):
    make_event(by=moderator)
    make_event(Move.REMOVE, moderator, at=NOON - timedelta(days=400))
    assert sums(client) == "All moderators, in the last 7 days: 1 published."


def test_the_days_around_are_a_click_away(client, moderator):
    page = client.get(f"{LIST}?who=all&day=2026-11-01").text
    assert "?day=2026-10-31&amp;who=all" in page
    assert "?day=2026-11-02&amp;who=all" in page


def test_addresses_that_were_shown_are_hard_to_miss(client, moderator):
    make_event(by=moderator)
    assert "A writer’s address was shown" not in client.get(LIST).text
    make_comment().reveal(by=moderator)
    page = client.get(LIST).text
    assert '<strong class="grave">Address shown to a moderator</strong>' in page
    assert "A writer’s address was shown to a moderator once." in page
    assert sums(client).endswith("in the last 7 days: 1 published.")
    assert [what for _, what, *_ in shown(client, "?what=reveal")] == ["Address shown to a moderator"]


def test_all_that_happened_to_one_comment_can_be_listed(client, moderator):
    comment = make_comment()
    report(comment)
    make_event(by=moderator)
    assert [what for _, what, *_ in shown(client, f"?comment={comment.pk}")] == ["Reported"]
    assert f"What happened to comment {comment.pk}." in client.get(f"{LIST}?comment={comment.pk}").text


def test_only_who_ever_did_something_can_be_picked(client, moderator):
    did, did_not = make_moderator(), make_moderator()
    make_event(by=did)
    page = client.get(LIST).text
    assert f'<option value="{did.pk}">' in page
    assert f'<option value="{did_not.pk}">' not in page


# --- What nobody can spoil --------------------------------------------------------------------------------


@pytest.mark.sweep
@pytest.mark.parametrize(
    "query",
    [
        *["day=9999999", "day=2026-02-30", "day=9999-12-31", "day=0001-01-01", "day=%F0%9F%98%80", "day=", "day=2026"],
        *["who=nobody", "who=99999999999999999999999", "who=%D9%A3", "who=-1", "what=nothing", "what="],
        *["comment=x", "comment=99999999999999999999", "comment=%C2%B2", "comment=", "p=99999999", "p=x", "o=99.-x.1"],
        *["_facets=True", "all=", "q=words", f"p={'9' * 5000}"],
    ],
)
def test_an_absurd_address_breaks_nothing(client, moderator, query):
    make_event(by=moderator)
    assert client.get(f"{LIST}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *["at__year=99999999999", "at__gte=x", "by__password__startswith=a", "by__email__startswith=a"],
        *["comment__email__startswith=a", "comment__receipt_key__startswith=a", "comment__ip=192.0.2.7", "reason=x"],
    ],
)
def test_nothing_else_can_be_filtered_by(client, moderator, query):
    assert client.get(f"{LIST}?{query}").status_code == 400


def test_what_is_no_day_is_said_and_nothing_is_listed(client, moderator):
    make_event(by=moderator)
    page = client.get(f"{LIST}?day=2026-02-30").text
    assert "“2026-02-30” is no day." in page
    assert shown(client, "?day=2026-02-30") == []


def test_many_rows_take_as_many_queries_as_few(client, moderator):
    def costs():
        with CaptureQueriesContext(connection) as asked:
            for query in ("", "?who=all", f"?day={datetime.now(UTC):%Y-%m-%d}"):
                assert client.get(LIST + query).status_code == 200
        return len(asked)

    def act(user):
        comment = make_comment()
        before = comment.state()
        comment.remove(by=user, reason=Reason.OTHER)
        comment.take_back("remove", before, comment.state(), by=user)
        comment.withdraw()
        comment.restore()

    act(moderator)
    few = costs()
    for _ in range(30):
        act(make_user())
    assert costs() == few


def test_no_page_of_it_reads_the_password_of_somebody_else(client, moderator):
    event = make_event(by=make_moderator())
    for page in (LIST, page_of_event(event)):
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert sum('"password"' in query["sql"] for query in asked.captured_queries) == 1, page  # who signed in


def test_the_list_is_cut_where_counting_would_take_long(client, moderator, monkeypatch):
    monkeypatch.setattr("comments.admin.event.COUNTED", 2)
    for _ in range(3):
        make_event(by=moderator)
    page = client.get(LIST).text
    assert "The list goes back 2 events." in page


def page_of_event(event, what="change"):
    return reverse(f"admin:comments_commentevent_{what}", args=[event.pk])


# --- What an index finds ----------------------------------------------------------------------------------


def fill(number):
    """So many events of the site and, one in four, of moderators, over three years."""
    moderators, comments = [make_user() for _ in range(3)], [make_comment() for _ in range(200)]
    CommentEvent.objects.bulk_create(
        CommentEvent(
            comment=comments[place % 200],
            at=NOON - timedelta(minutes=place * 1_500_000 // number),
            move=Move.CHECK if place % 4 else Move.PUBLISH,
            actor=Actor.SYSTEM if place % 4 else Actor.MODERATOR,
            by=None if place % 4 else moderators[place % 3],
            revision=1,
        )
        for place in range(number)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return moderators[0], comments[0]


def test_pages_are_found_by_an_index(client, moderator, monkeypatch):
    monkeypatch.setattr("comments.admin.event.COUNTED", 500)  # a small part of them, as of a million
    one, comment = fill(20_000)
    indexes = {
        "": "event_by_actor",
        "?who=all": "event_newest",
        f"?who={one.pk}": "event_by_moderator",
        f"?who={one.pk}&day=2026-11-20": "event_by_moderator",
        "?who=site&day=2026-11-20": "event_",
        "?day=2026-11-20&who=all": "event_newest",
        f"?comment={comment.pk}": "comment_id",
    }
    for query, index in indexes.items():
        for sql, plan in plans(client, query):
            assert "EXISTS" in sql or index in plan, f"{query}: {plan}"  # EXISTS: who ever did something
            assert "Seq Scan on comments_commentevent" not in plan
            assert not re.search(r"SCAN (comments_commentevent|U0)(?! USING)", plan), f"{query}: {plan}"


def plans(client, query):
    """(what the list asks of the events, how the database answers that)"""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(LIST + query).status_code == 200
    for sql in [one["sql"] for one in asked.captured_queries if '"comments_commentevent"' in one["sql"]]:
        with connection.cursor() as cursor:
            cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}")
            yield sql, "\n".join(str(row[-1]) for row in cursor.fetchall())


# --- Who may what -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_user, make_editor])
def test_who_is_no_moderator_sees_nothing_of_it(client, make):
    client.force_login(make())
    event = make_event(by=make_user())
    for page in (LIST, page_of_event(event), page_of_event(event, "history")):
        assert client.get(page).status_code == 403, page


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get(LIST).headers["Location"].startswith("/admin/login/")


def make_superuser():
    return make_user(is_superuser=True)


@pytest.mark.parametrize("make", [make_moderator, make_superuser])
def test_events_are_read_and_neither_added_changed_nor_deleted(client, make):
    client.force_login(make())
    event = make_event(by=make_user())
    before = values_of(event)
    assert client.get(page_of_event(event)).status_code == 200
    forged = {"move": "mail", "reason": "forged", "post": "yes", "_save": "Save"}
    for page in (page_of_event(event), page_of_event(event, "delete"), reverse("admin:comments_commentevent_add")):
        assert client.post(page, forged).status_code == 403, page
    client.post(LIST, {"action": "delete_selected", "_selected_action": event.pk, "post": "yes", "index": "0"})
    assert values_of(event) == before


def values_of(event):
    return CommentEvent.objects.values().get(pk=event.pk)


# --- Nobody changes or deletes an event, through any page of the site -------------------------------------

PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>|\([^)]*\)")
NAMED = {"key": "secret", "slug": "article", "tab": "attention", "app_label": "comments"}


def rows_that_hang_on_events():
    """One of each kind that a superuser might try to delete, and the events with it; the comment first."""
    author, article, writer = make_moderator(), make_article(slug="article"), make_writer()
    keys = {"receipt_key": "secret", "mail_key": "secret", "email": "a@example.org"}
    comment = make_comment(article, status=Status.PENDING, writer=writer, **keys)
    report(comment)
    comment.publish(by=author)
    comment.edit("Ann", "Another text.")
    mail = Notification.objects.create(comment=comment, kind=Kind.REPLY)
    return [comment, comment.events.first(), author, author.groups.get(), article, writer, mail]


def addresses(rows):
    """Every address of the site, about each of these rows where it is about one of their kind."""
    for route in routes(get_resolver().url_patterns):
        kind = "/".join(route.split("/")[1:3])
        key = next((row.pk for row in rows if kind == row._meta.label_lower.replace(".", "/")), rows[0].pk)
        yield "/" + PLACEHOLDER.sub(lambda name, key=key: NAMED.get(name[1], str(key)), route).replace("^", "").rstrip(
            "$"
        )


def routes(patterns, before=""):
    for one in patterns:
        route = before + str(one.pattern)
        yield from routes(one.url_patterns, route) if isinstance(one, URLResolver) else [route]


def attempts(rows):
    """What somebody might post who wants events to go, or to be different."""
    event, key = rows[1], [row.pk for row in rows]
    yield {"post": "yes", "action": "delete_selected", "_selected_action": key}
    forms = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "0-id": event.pk, "0-comment": event.comment_id, "0-DELETE": "on"}
    yield {f"events-{name}": value for name, value in forms.items()} | {"move": "mail", "by": "", "_save": "Save"}
    yield {"name": "Ann", "text": "Words of mine.", "reason": "unkind", "single": "1", "pk": event.comment_id}


@pytest.mark.one_database
def test_no_page_of_the_site_changes_or_deletes_an_event(client):
    rows = rows_that_hang_on_events()
    before, answers = set(CommentEvent.objects.values_list()), Counter()
    client.force_login(make_user(is_superuser=True))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    for address in addresses(rows):
        for attempt in attempts(rows):
            with transaction.atomic():
                client.cookies[settings.SESSION_COOKIE_NAME] = session  # which the last attempt may have ended
                answers[client.post(address, attempt).status_code] += 1
                assert before <= set(CommentEvent.objects.values_list()), f"{address} {attempt}"
                transaction.set_rollback(True)
    assert len(before) == 3
    assert answers[200] > 50  # it did reach pages, not refusals alone
    assert answers[302] + answers[303] > 50


def delete_address(row):
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_delete", args=[row.pk])


@pytest.mark.parametrize("place", [2, 4], ids=["user", "article"])
def test_what_events_hang_on_is_kept_and_the_page_says_so(client, place):
    row = rows_that_hang_on_events()[place]
    client.force_login(make_user(is_superuser=True))
    for answer in (client.get(delete_address(row)), client.post(delete_address(row), {"post": "yes"})):
        assert answer.status_code == 200
        assert "Cannot delete" in answer.text
    assert type(row).objects.filter(pk=row.pk).exists()


def test_deleting_a_user_who_did_much_is_refused_in_few_queries_and_words(client, django_assert_max_num_queries):
    author, comment = make_moderator(), make_comment()
    for _ in range(50):
        make_event(by=author, comment=comment)
    client.force_login(make_user(is_superuser=True))
    users = {"action": "delete_selected", "_selected_action": [author.pk], "post": "yes"}
    with django_assert_max_num_queries(80):
        page = client.get(delete_address(author)).text
        client.post(reverse("admin:auth_user_changelist"), users)
    assert f"What {author} did is on record and stays (events)." in page
    assert type(author).objects.filter(pk=author.pk).exists()


def test_a_user_who_did_nothing_can_be_deleted(client):
    client.force_login(make_user(is_superuser=True))
    other = make_moderator()
    client.post(delete_address(other), {"post": "yes"})
    assert not type(other).objects.filter(pk=other.pk).exists()


def test_what_was_undone_step_by_step_shows_the_state_that_each_step_led_to(client):
    moderator, comment = make_moderator(), make_comment(status=Status.PENDING)
    for name in ("publish", "remove", "publish"):
        done(name, comment, by=moderator)
    for _ in range(3):
        take_back(moderator)
    client.force_login(moderator)
    assert [states for _, _, states, _ in shown(client)[:3]] == [
        "Public → Waiting",
        "Removed → Public",
        "Public → Removed",
    ]
