"""The desk: what its tabs show, in which order and at which cost, and what becomes of what is sent to it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.keys import new_key
from comments.models import Appeal, Comment, CrisisFlag, Proposal, ReportReason, Sample
from comments.moves import Reason, Status
from crpsinfo.models import ContactMessage, StaffSettings
from crpsinfo.spam import Verdict
from tests.deciding import card_of, decide, done, hidden, press, seen, shown_on, stored, tab_of, words_of
from tests.factories import days_ago, make_article, make_comment, make_editor, make_moderator, make_user, make_writer
from tests.listing_reports import make_suggestion
from tests.moderation import decide_address, page_of, report

pytestmark = pytest.mark.django_db

TABS = ["attention", "waiting", "unchecked", "reported", "spam", "sample", "removed"]


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def flagged(comment, *, lowered=False):
    CrisisFlag.objects.create(comment=comment, kind="self-harm", list_version=1, lowered=lowered)
    return comment


def drawn(**values):
    comment = make_comment(status=Status.SPAM, verdict=Verdict.DISCARD, checked_at=timezone.now(), **values)
    Sample.objects.create(comment=comment)
    return comment


def reported(comment, reason=ReportReason.UNKIND):
    report(comment, reason)
    return comment


def appealed(comment, **values):
    Appeal.objects.create(comment=comment, text="Please read it once more.", **values)
    return comment


def proposed(comment):
    Proposal.objects.create(comment=comment, author_name="Anna", text="Other words.", html="<p>Other words.</p>")
    return comment


def withdrawn(comment):
    comment.withdraw()
    return comment


# --- What it shows ----------------------------------------------------------------------------------------


def test_the_admin_opens_on_the_desk_for_moderators_and_on_all_pages_for_editors(client, moderator):
    response = client.get("/admin/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/queue/attention/")
    client.force_login(make_editor())
    assert "Articles" in client.get("/admin/").text


def test_editors_see_listings_and_messages_at_the_desk_and_no_comments(client):
    client.force_login(make_editor())
    assert client.get("/admin/queue/", follow=True).redirect_chain == [("/admin/queue/listings/", 302)]
    tabs = set(re.findall(r'href="/admin/queue/([\w-]+)/"', client.get(tab_of("messages")).text))
    assert tabs == {"listings", "listing-spam", "messages", "message-spam"}


@pytest.fixture
def everything():
    """Comments of each kind: {name: comment}"""
    checked = {"verdict": Verdict.HAM, "checked_at": timezone.now()}
    gone = {"erased_at": timezone.now(), "text": "", "author_name": ""}
    return {
        "unchecked": make_comment(status=Status.PENDING, due_at=timezone.now()),
        "checked": make_comment(status=Status.PENDING, **checked),
        "held": make_comment(status=Status.PENDING, held_at=timezone.now(), **checked),
        "public": make_comment(),
        "reported": reported(make_comment()),
        "dismissed": dismissed(make_comment()),
        "proposed": proposed(make_comment()),
        "removed": make_comment(status=Status.REMOVED),
        "erased": make_comment(status=Status.REMOVED, **gone),
        "appealed": appealed(make_comment(status=Status.REMOVED)),
        "answered": appealed(make_comment(status=Status.REMOVED), closed_at=timezone.now()),
        "spam": make_comment(status=Status.SPAM, verdict=Verdict.SPAM),
        "appealed spam": appealed(make_comment(status=Status.SPAM, verdict=Verdict.SPAM)),
        "blatant": make_comment(status=Status.SPAM, verdict=Verdict.DISCARD),
        "drawn": drawn(),
        "withdrawn": withdrawn(make_comment()),
        "withdrawn, reported": withdrawn(reported(make_comment())),
        "withdrawn, proposed": withdrawn(proposed(make_comment())),
    }


def dismissed(comment):
    reported(comment).dismiss_reports(by=make_moderator())
    return comment


SHOWN = {
    "attention": [
        *["unchecked", "checked", "held", "reported", "proposed", "appealed", "drawn"],
        *["appealed spam", "withdrawn, reported"],
    ],
    "waiting": ["unchecked", "checked", "held"],
    "unchecked": ["unchecked"],
    "reported": ["reported", "withdrawn, reported"],
    "spam": ["spam", "appealed spam"],
    "sample": ["drawn"],
    "removed": ["removed", "erased", "appealed", "answered"],
}


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_shows_exactly_its_comments_and_how_many_they_are(client, moderator, everything, tab):
    page = client.get(tab_of(tab))
    names = {comment.pk: name for name, comment in everything.items()}
    assert sorted(names[key] for key in shown_on(page)) == sorted(SHOWN[tab])
    count = re.search(rf'href="/admin/queue/{tab}/" aria-current="page">[^<]* <span class="count">([^<]*)<', page.text)
    assert count[1] == str(len(SHOWN[tab]))
    assert f"({len(SHOWN[tab])}) |" in page.text


def test_all_counts_stand_on_every_tab(client, moderator, everything):
    ContactMessage.objects.create(text="Hello")
    make_suggestion()
    for tab in [*TABS, "listings", "listing-spam", "messages", "message-spam"]:
        counts = re.findall(r'<span class="count">([^<]*)<', client.get(tab_of(tab)).text)
        assert counts == [str(len(SHOWN[one])) for one in TABS] + ["1", "0", "1", "0"]


def test_an_empty_desk_says_thank_you(client, moderator):
    for tab in TABS:
        page = client.get(tab_of(tab))
        assert page.status_code == 200
        assert "Nothing here." in page.text
    assert "Thank you for looking!" in client.get(tab_of("attention")).text


def test_what_may_be_about_a_life_comes_first_and_what_was_only_drawn_last(client, moderator):
    old = {"created_at": days_ago(9)}
    expected = [
        reported(make_comment(created_at=days_ago(3)), ReportReason.DANGER),
        flagged(make_comment(status=Status.PENDING, created_at=days_ago(1))),
        reported(make_comment(created_at=days_ago(4))),
        flagged(make_comment(status=Status.PENDING, created_at=days_ago(2)), lowered=True),
        make_comment(status=Status.PENDING, created_at=days_ago(8)),
        appealed(make_comment(status=Status.SPAM, created_at=days_ago(7))),
        proposed(make_comment(created_at=days_ago(6))),
        make_comment(status=Status.PENDING),
        drawn(**old),
    ]
    assert shown_on(client.get(tab_of("attention"))) == [comment.pk for comment in expected]


def test_reports_are_worked_through_in_the_order_of_urgency_and_what_waits_the_oldest_first(client, moderator):
    grave, plain = make_comment(), make_comment(created_at=days_ago(2))
    reported(grave, ReportReason.DANGER), reported(plain)
    new, old = make_comment(status=Status.PENDING), make_comment(status=Status.PENDING, created_at=days_ago(1))
    assert shown_on(client.get(tab_of("reported"))) == [grave.pk, plain.pk]
    assert shown_on(client.get(tab_of("waiting"))) == [old.pk, new.pk]


# --- What it costs ----------------------------------------------------------------------------------------


def with_everything(moderator):
    """A comment of which there is everything that a card shows; its decision is in `attention` and `reported`."""
    parent, decided = make_comment(), {"decided_at": days_ago(1), "decided_by": moderator}
    comment = make_comment(parent=parent, writer=make_writer(), ruling="hold", text="https://example.org 212-555-0147")
    proposed(flagged(appealed(reported(comment))))
    report(comment, reader="another reader")
    comment.notes.create(by=moderator, text="Look at this.")
    Comment.objects.filter(pk=comment.pk).update(**decided)
    return comment


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.status_code == 200
    return len(asked), page


@pytest.mark.parametrize("tab", ["attention", "reported"])
def test_forty_comments_cost_as_many_queries_as_two(client, moderator, tab):
    for _ in range(2):
        with_everything(moderator)
    few, _ = queries(client, tab_of(tab))
    for _ in range(38):
        with_everything(moderator)
    many, page = queries(client, tab_of(tab))
    assert (len(shown_on(page)), many) == (20, few)


def test_twenty_thousand_that_wait_cost_as_many_queries_as_two(client, moderator):
    article = make_article()
    shared = {"article": article, "author_name": "Ann", "text": "Words.", "html": "<p>Words.</p>"}

    def bring(number):
        rows = [Comment(receipt_key=new_key(), **shared) for _ in range(number)]
        Comment.objects.bulk_create(rows, batch_size=2000)

    bring(2)
    few = [queries(client, tab_of(tab))[0] for tab in ("attention", "waiting")]
    bring(19_998)
    many = [queries(client, address) for address in (tab_of("attention"), tab_of("waiting"))]
    assert [cost for cost, _ in many] == few
    for _, page in many:
        assert len(shown_on(page)) == 20
        assert page.text.count('<span class="count">1000+</span>') == 2
        assert "(1000+)" in page.text


# --- Pages ------------------------------------------------------------------------------------------------


def many_waiting(number):
    return [make_comment(status=Status.PENDING, created_at=days_ago(number - place)) for place in range(number)]


def test_pages_show_each_comment_once_in_order(client, moderator):
    comments = many_waiting(45)
    pages = [client.get(f"{tab_of('waiting')}?page={number}") for number in (1, 2, 3)]
    assert [len(shown_on(page)) for page in pages] == [20, 20, 5]
    assert [key for page in pages for key in shown_on(page)] == [comment.pk for comment in comments]
    assert ["Next page" in page.text for page in pages] == [True, True, False]
    assert ["Previous page" in page.text for page in pages] == [False, True, True]


def test_a_page_that_is_not_there_any_more_leads_to_the_first(client, moderator):
    many_waiting(3)
    assert client.get(f"{tab_of('waiting')}?page=2").headers["Location"] == tab_of("waiting")


def test_a_decision_leads_back_to_the_page_and_on_to_the_card_that_followed(client, moderator):
    comments = many_waiting(25)
    page = client.get(f"{tab_of('waiting')}?page=2")
    response = press(client, "waiting", "publish", comments[21], page=page)
    assert response.status_code == 303
    assert response.headers["Location"] == f"{tab_of('waiting')}?page=2#card-{comments[22].pk}"


def test_after_the_last_card_the_one_before_is_next(client, moderator):
    comments = many_waiting(3)
    response = press(client, "waiting", "publish", comments[2])
    assert response.headers["Location"] == f"{tab_of('waiting')}#card-{comments[1].pk}"


def test_after_the_only_card_there_is_nowhere_to_go_on(client, moderator):
    [comment] = many_waiting(1)
    assert press(client, "waiting", "publish", comment).headers["Location"] == tab_of("waiting")


# --- What nobody sends who uses the page ------------------------------------------------------------------

ABSURD = [
    "",
    "0",
    "-1",
    "1.5",
    "1e5",
    "nonsense",
    "٣",
    "²",
    "9" * 30,
    "9" * 5000,
    "' OR 1=1",
    "../..",
    "<script>",
    "\n",
]


@pytest.mark.parametrize("value", ABSURD)
def test_an_absurd_page_is_the_first(client, moderator, value):
    make_comment(status=Status.PENDING)
    assert client.get(tab_of("waiting"), {"page": value}, follow=True).status_code == 200


@pytest.mark.sweep
@pytest.mark.parametrize("value", ABSURD)
@pytest.mark.parametrize("field", ["pk", "next", "page", "seen", "single", "action", "reason"])
def test_absurd_fields_break_nothing(client, moderator, field, value):
    comment = make_comment(status=Status.PENDING)
    posted = {"pk": comment.pk, "action": "publish", "seen": "x", "single": "1"} | {field: value}
    assert client.post(f"{tab_of('waiting')}act/", posted).status_code in (303, 400, 409)
    assert stored(comment).status == Status.PENDING


TIMES = ["", "nonsense", "9" * 5000, "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59-14:00"]


@pytest.mark.sweep
@pytest.mark.parametrize("at", TIMES)
@pytest.mark.parametrize("single", [{}, {"single": "1"}])
def test_an_absurd_time_breaks_nothing(client, moderator, at, single):
    comment = make_comment(status=Status.PENDING)
    comment.hold(by=moderator)
    posted = {"pk": comment.pk, "action": "publish", "seen": "x", "shown_at": at} | single
    response = client.post(f"{tab_of('waiting')}act/", posted, follow=True)
    assert response.status_code in (200, 409)
    assert f"It is waiting now. Held by {moderator} on" in response.text


@pytest.mark.parametrize("fields", [{"action": "publish", "seen": "x"}, {"action": "remove"}, {"action": "reply"}])
def test_a_comment_that_is_not_there_is_told_in_a_page(client, moderator, fields):
    posted = {"pk": 999_999, "single": "1"} | fields
    page = client.post(f"{tab_of('waiting')}act/", posted, follow=True)
    assert "Nothing was done" in page.text or "Left as it is: 999999. It is not here any more." in page.text


def test_tabs_that_are_none_are_not_found(client, moderator):
    assert client.get(tab_of("nonsense")).status_code == 404
    assert client.get(f"{tab_of('nonsense')}act/").status_code == 404
    assert client.post(f"{tab_of('nonsense')}act/", {"pk": "1"}).status_code == 404


@pytest.mark.parametrize("path", ["", "waiting/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_desk_is_only_read(client, moderator, path, method):
    assert getattr(client, method)(f"/admin/queue/{path}").status_code == 405


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_decisions_are_posted(client, moderator, method):
    assert getattr(client, method)(f"{tab_of('waiting')}act/").status_code == 405


def test_reading_the_address_of_decisions_leads_to_the_tab(client, moderator):
    assert client.get(f"{tab_of('spam')}act/").headers["Location"] == tab_of("spam")


def test_without_anything_ticked_nothing_is_done_and_that_is_said(client, moderator):
    make_comment(status=Status.PENDING)
    page = client.post(f"{tab_of('waiting')}act/", {"action": "publish"}, follow=True)
    assert "Nothing was done: nothing was ticked." in page.text
    assert Comment.objects.waiting().exists()


def test_without_a_token_nothing_is_done(moderator, client):
    comment = make_comment(status=Status.PENDING)
    client.handler.enforce_csrf_checks = True
    assert press(client, "waiting", "publish", comment).status_code == 403
    assert client.post("/admin/queue/undo/").status_code == 403
    assert stored(comment).status == Status.PENDING


def test_who_moderates_no_more_decides_nothing(client, moderator):
    comment = make_comment(status=Status.PENDING)
    page = client.get(tab_of("waiting"))
    moderator.groups.clear()
    assert press(client, "waiting", "publish", comment, page=page).status_code == 403
    assert stored(comment).status == Status.PENDING


# --- What was typed is kept -------------------------------------------------------------------------------

OTHER_BUTTON = "does not go with that button"
UNSENT = [  # what the comment is, the button, what was typed, what is said
    (Status.PENDING, "remove", {"reason_words": "Please be kind."}, "Choose the reason that its writer will read."),
    (Status.PENDING, "publish", {"reason_words": "Please be kind."}, OTHER_BUTTON),
    (Status.PENDING, "publish", {"reason": "unkind"}, OTHER_BUTTON),
    (Status.PENDING, "publish", {"note": "Anna, what do you think?"}, OTHER_BUTTON),
    (Status.PENDING, "publish", {"place": "Bea"}, OTHER_BUTTON),
    (Status.PENDING, "spam", {"public_note": "Ask your doctor."}, OTHER_BUTTON),
    (Status.PUBLIC, "spam", {"reply": "Thank you for telling."}, OTHER_BUTTON),
    (Status.PUBLIC, "dismiss", {"place": "Bea"}, OTHER_BUTTON),
    (Status.PUBLIC, "reply", {"reply": "word " * 2001}, "Please shorten it to 10,000 characters at most."),
    (Status.PENDING, "hold", {"note": "word " * 201}, "Please shorten it to 1,000 characters at most."),
    (Status.PENDING, "publish", {"public_note": "word " * 61}, "at most 300 characters"),
    (Status.PENDING, "remove", {"reason": "unkind", "reason_words": "word " * 61}, "at most 300 characters"),
    (Status.PENDING, "mask", {"place": "word " * 41}, "Hide at most 200 characters in one piece."),
    (Status.PENDING, "mask", {"place": "", "note": "Anna?"}, "Tick or type what is to be hidden"),
    (Status.PENDING, "remove", {"place": "Bea"}, "Choose the reason that its writer will read."),
]


def press_own(client, name, comment, **fields):
    """Press a button on the comment's own page."""
    part = card_of(client.get(page_of(comment)), comment)
    known = {key: hidden(key, part)[-1] for key in ("single", "pk", "seen", "shown_at")}
    return client.post(decide_address(comment), known | {"action": name} | fields)


def press_in_the_tab(client, name, comment, **fields):
    return press(client, "reported", name, comment, **fields)


@pytest.mark.sweep
@pytest.mark.parametrize("press_it", [press_in_the_tab, press_own])
@pytest.mark.parametrize(("status", "name", "typed", "said"), UNSENT)
def test_a_form_with_errors_comes_back_with_all_that_was_typed(client, moderator, press_it, status, name, typed, said):
    comment = reported(make_comment(status=status))
    page = press_it(client, name, comment, **typed)
    assert page.status_code == 400
    assert said in page.text
    assert [value for value in typed.values() if value.strip() not in page.text] == []
    assert stored(comment).status == status
    assert comment.reports.open().exists()


def remove(comment):
    done("remove", comment, by=make_moderator(), reason=Reason.OTHER, reason_words="It is too long.")


def hold(comment):
    done("hold", comment, by=make_moderator(), note="I am not sure.")


def withdraw(comment):
    stored(comment).withdraw()


def edit(comment):
    stored(comment).edit("Ann", "Quite other words.")


TYPED = [  # what the comment was, the button, the field, what was typed there
    (Status.PUBLIC, "reply", "reply", "A long and kind reply."),
    (Status.PUBLIC, "note", "public_note", "Ask your own doctor."),
    (Status.PUBLIC, "hold", "note", "Anna, what do you think?"),
    (Status.PUBLIC, "remove", "reason_words", "Please be kind."),
    (Status.PUBLIC, "mask", "place", "Bea"),
    (Status.PENDING, "publish", "public_note", "Ask your own doctor."),
    (Status.PENDING, "hold", "note", "Anna, what do you think?"),
    (Status.PENDING, "remove", "reason_words", "Please be kind."),
    (Status.PENDING, "mask", "place", "Bea"),
]
TOLD = {remove: "Removed by", hold: "Held by", withdraw: "Withdrawn by its writer", edit: "by its writer"}


@pytest.mark.sweep
@pytest.mark.parametrize("meanwhile", TOLD)
@pytest.mark.parametrize(("status", "name", "field", "words"), TYPED)
def test_if_somebody_was_quicker_nothing_is_done_and_what_was_typed_is_there(
    client, moderator, status, name, field, words, meanwhile
):
    comment = reported(make_comment(status=status))
    page = client.get(tab_of("reported"))
    meanwhile(comment)
    last, before = comment.events.last(), stored(comment).status
    reason = {"reason": Reason.UNKIND} if name == "remove" else {}
    page = press(client, "reported", name, comment, page=page, **reason, **{field: words})
    assert page.status_code == 409
    assert "Nothing was done." in page.text
    who = f" {last.by}" if last.by else ""
    assert f"{TOLD[meanwhile]}{who} on {last.at:%-d %b %Y, %H:%M} UTC" in page.text
    assert words in page.text
    assert (stored(comment).status, comment.events.last()) == (before, last)


def test_a_place_that_does_not_stand_in_the_comment_is_still_there_to_be_mended(client, moderator):
    comment = make_comment(status=Status.PENDING)
    page = press(client, "waiting", "mask", comment, place="not in there")
    assert page.status_code in (400, 409)
    assert "not in there" in page.text


def test_nobody_makes_up_a_mark(client, moderator):
    comment = make_comment(status=Status.PENDING)
    page = client.get(tab_of("waiting"))
    mark = hidden("seen", page.text)[0]
    for made_up in ("", "0" * 32, mark[:-1], [mark[::-1], "x"]):
        assert press(client, "waiting", "publish", comment, page=page, seen=made_up).status_code == 409
    assert press(client, "waiting", "publish", comment, page=page).status_code == 303


def test_the_mark_of_another_comment_is_none_of_this_one(client, moderator):
    comment, other = make_comment(status=Status.PENDING), make_comment(status=Status.PENDING)
    page = client.get(tab_of("waiting"))
    mark = hidden("seen", card_of(page, other))[0]
    assert press(client, "waiting", "publish", comment, page=page, seen=mark).status_code == 409
    assert stored(comment).status == stored(other).status == Status.PENDING


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_is_done_and_the_other_left():
    comment, together = make_comment(status=Status.PENDING), Barrier(2)
    as_seen, users = seen(comment), [make_moderator(), make_moderator()]

    def act(name, user):
        try:
            together.wait(timeout=30)
            return decide(name, comment, by=user, as_seen=as_seen)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        outcomes = list(people.map(act, ["publish", "spam"], users))
    assert sorted(len(outcome.done) for outcome in outcomes) == [0, 1]
    [why] = [why for outcome in outcomes for why in outcome.left.values()]
    assert f"by {comment.events.get().by} on" in why


# --- Appeals ----------------------------------------------------------------------------------------------


def removed_by(moderator, **values):
    comment = make_comment(status=Status.REMOVED, decided_at=days_ago(5), decided_by=moderator)
    return appealed(comment, **values)


def offered(client, user):
    client.force_login(user)
    page = client.get(tab_of("attention"))
    count = re.search(r'aria-current="page">[^<]* <span class="count">([^<]*)<', page.text)[1]
    assert count == str(len(shown_on(page)))
    return shown_on(page)


def test_an_appeal_is_offered_to_another_moderator(client):
    anna, ben = make_moderator(), make_moderator()
    comment = removed_by(anna)
    assert offered(client, anna) == []
    assert offered(client, ben) == [comment.pk]
    assert offered(client, make_user(is_superuser=True)) == [comment.pk]


def test_after_three_days_it_is_offered_to_who_decided_too(client):
    anna, _ = make_moderator(), make_moderator()
    removed_by(anna, created_at=timezone.now() - timedelta(days=3) + timedelta(minutes=1))
    late = removed_by(anna, created_at=timezone.now() - timedelta(days=3, minutes=1))
    assert offered(client, anna) == [late.pk]


@pytest.mark.parametrize("other", [None, {"is_active": False}, {"is_staff": False}, {"groups": []}])
def test_who_is_alone_is_offered_the_own_decisions_at_once(client, other):
    anna = make_moderator()
    if other is not None:
        ben = make_moderator()
        if "groups" in other:
            ben.groups.clear()
        else:
            type(ben).objects.filter(pk=ben.pk).update(**other)
    comment = removed_by(anna)
    assert offered(client, anna) == [comment.pk]


def test_what_is_there_for_another_reason_too_is_shown_to_who_decided(client):
    anna, _ = make_moderator(), make_moderator()
    comment = reported(removed_by(anna))
    assert offered(client, anna) == [comment.pk]
    assert "You made this decision:" in client.get(tab_of("attention")).text


def test_an_appeal_against_the_checker_is_everybodys(client):
    anna, ben = make_moderator(), make_moderator()
    comment = appealed(make_comment(status=Status.SPAM))
    assert offered(client, anna) == offered(client, ben) == [comment.pk]


# --- Chosen by each -------------------------------------------------------------------------------------


def test_who_switched_the_keys_off_gets_no_keys_and_no_letters(client, moderator):
    make_comment(status=Status.PENDING)
    assert 'aria-keyshortcuts="p"' in client.get(tab_of("waiting")).text
    StaffSettings.objects.create(user=moderator, shortcuts=False)
    page = client.get(tab_of("waiting")).text
    assert "aria-keyshortcuts" not in page
    assert '<moderation-desk id="content-main">' in page
    assert "The keys are switched off." in page


def test_no_page_of_the_desk_is_kept_by_any_store(client, moderator):
    for tab in TABS:
        response = client.get(tab_of(tab))
        assert "no-store" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]


def test_decisions_at_the_desk_are_told_of_in_the_bar(client, moderator):
    comment = make_comment(status=Status.PENDING)
    press(client, "waiting", "publish", comment)
    assert f"Published: comment {comment.pk}, by Ann" in words_of(client.get(tab_of("waiting")))
    assert decide("spam", comment, by=moderator).done == [comment.pk]
    assert f"Marked as spam: comment {comment.pk}, by Ann" in words_of(client.get(tab_of("spam")))


def test_who_decides_again_after_a_conflict_comes_back_to_the_same_tab(client, moderator):
    comment = reported(make_comment(status=Status.PENDING))
    page = client.get(tab_of("reported"))
    hold(comment)
    again = press(client, "reported", "publish", comment, page=page)
    assert again.status_code == 409
    assert f'action="{tab_of("reported")}act/"' in again.text
