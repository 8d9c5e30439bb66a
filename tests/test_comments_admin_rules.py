"""How moderators add, change and end our own spam rules, and what they see before anything is saved."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.signing import TimestampSigner
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from comments.admin import rule as rule_admin
from comments.admin import tries
from comments.models import CrisisFlag, CrisisKind, ReportReason
from comments.moves import Status
from crpsinfo.models import Rule
from crpsinfo.retention import purge
from tests.factories import days_ago, make_comment, make_editor, make_moderator, make_user
from tests.moderation import page_of, report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rules")]

LIST, ADD = reverse("admin:crpsinfo_rule_changelist"), reverse("admin:crpsinfo_rule_add")
NOT_SAVED = "Nothing is saved yet."


@pytest.fixture
def moderator(client):
    user = make_moderator()
    client.force_login(user)
    return user


def make_rule(value="cheap pills", **values):
    return Rule.objects.create(**{"kind": "phrase", "action": "hold", "value": value} | values)


def address(rule, what="change"):
    return reverse(f"admin:crpsinfo_rule_{what}", args=[rule.pk])


def stored(rule):
    return Rule.objects.get(pk=rule.pk)


def save(client, rule=None, **fields):
    """Press the button of the page that adds a rule, or changes this one."""
    fields = {"kind": "phrase", "value": "cheap pills", "action": "hold", "note": "", "ends_at": ""} | fields
    return client.post(address(rule) if rule else ADD, fields)


def mark_in(page):
    return re.search(r'name="seen" value="([^"]+)"', page.text)[1]


def look_and_save(client, rule=None, **fields):
    """See what it would have caught, and then press the button again."""
    return save(client, rule, **fields, seen=mark_in(save(client, rule, **fields)))


def plain(page):
    """The words of the preview."""
    section = page.text.split('aria-labelledby="preview"')[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split()).replace(" .", ".").replace(" :", ":")


# --- Before it is saved -----------------------------------------------------------------------------------


def test_nothing_is_stored_before_it_was_seen_and_then_with_whoever_added_it(client, moderator):
    page = save(client, note="Sold here all week.")
    assert NOT_SAVED in page.text
    assert "Save this rule" in page.text
    assert not Rule.objects.exists()
    assert save(client, note="Sold here all week.", seen=mark_in(page)).headers["Location"] == LIST
    rule = Rule.objects.get()
    assert (rule.value, rule.action, rule.added_by) == ("cheap pills", "hold", moderator)
    assert rule.note == "Sold here all week."


def test_it_is_stored_as_it_is_compared(client, moderator):
    look_and_save(client, kind="email", value=" Seller@Example.COM ")
    assert Rule.objects.get().value == "seller@example.com"


def test_what_it_would_have_caught_is_counted_by_state_and_can_be_read(client, moderator):
    for status in (Status.PUBLIC, Status.SPAM, Status.SPAM, Status.PENDING):
        comment = make_comment(status=status, text=f"Buy <b>Cheap  Pills</b>, {status}!")
    make_comment(text="I had four infusions.")
    page = save(client)
    words = "Of the last 5 comments, this rule would have caught 4: 1 waiting, 1 public, 2 spam."
    assert words in plain(page)
    assert f'<a href="{page_of(comment)}" dir="auto">Buy &lt;b&gt;Cheap  Pills&lt;/b&gt;' in page.text


def test_a_rule_that_would_have_caught_nothing_says_so(client, moderator):
    make_comment()
    assert "Of the last 1 comment, this rule would have caught 0." in plain(save(client))


def test_what_people_published_is_a_warning_and_stands_first(client, moderator):
    approved = make_comment(
        text="No cheap pills please.", decided_at=timezone.now(), decided_by=moderator, created_at=days_ago(9)
    )
    make_comment(text="Cheap pills!")
    page = save(client)
    assert "A person published 1 of these comments." in plain(page)
    assert page.text.index("No cheap pills please.") < page.text.index("Cheap pills!")
    approved.remove(by=moderator, reason="selling")
    assert "A person published" not in plain(save(client))


def test_at_most_twenty_are_shown(client, moderator):
    for _ in range(23):
        make_comment(text="Cheap pills!")
    page = save(client)
    assert page.text.count("Cheap pills!") == 20
    assert "And 3 more." in plain(page)


def test_it_is_tried_on_the_latest_that_readers_wrote(client, moderator, monkeypatch):
    monkeypatch.setattr(rule_admin, "LATEST", 2)
    make_comment(text="Cheap pills, long ago", created_at=days_ago(3))
    for _ in range(2):
        make_comment(text="Cheap pills, lately", created_at=days_ago(1))
    make_comment(text="No cheap pills, we said", staff=moderator)
    make_comment(text="", erased_at=timezone.now())
    page = save(client)
    assert "Of the last 2 comments, this rule would have caught 2" in plain(page)
    assert "Cheap pills, lately" in page.text
    assert "long ago" not in page.text
    assert "we said" not in page.text


@pytest.mark.parametrize(
    ("kind", "value", "caught"),
    [
        ("email", "seller@example.com", {"email": "Seller@example.com"}),
        ("email", "example.com", {"text": "Write to other@example.com for more."}),
        ("link", "pills.example", {"website": "https://www.pills.example/"}),
        ("link", "pills.example", {"text": "Look at https://pills.example/now today."}),
        ("network", "198.51.100.0/24", {"ip": "198.51.100.9"}),
        ("phrase", "cheap pills", {"author_name": "Cheap Pills"}),
    ],
)
def test_each_kind_of_rule_is_tried_on_what_it_looks_at(client, moderator, kind, value, caught):
    make_comment(**caught)
    make_comment(text="I had four infusions.", email="ann@example.org", website="https://example.org/")
    assert "Of the last 2 comments, this rule would have caught 1" in plain(save(client, kind=kind, value=value))


def test_of_how_many_the_network_is_known_is_told(client, moderator):
    make_comment(ip="192.0.2.9")
    make_comment(ip=None)
    assert "The network is still known of 1 of them" in plain(save(client, kind="network", value="192.0.2.0/24"))


@pytest.mark.parametrize("is_reported", [True, False])
def test_what_may_be_distressing_is_named_and_not_read_out(client, moderator, is_reported):
    comment = make_comment(text="Spam words about a dark night")
    if is_reported:
        report(comment, ReportReason.DANGER)
    else:
        CrisisFlag.objects.create(comment=comment, kind=CrisisKind.SELF_HARM, list_version=1)
    words = plain(save(client, value="dark night"))
    assert f"Comment {comment.pk}: may be distressing" in words
    assert comment.text not in words


def test_it_takes_the_same_queries_for_one_comment_and_for_thirty(client, moderator, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(22) as captured:
            save(client)
        return len(captured)

    make_comment(text="Cheap pills!")
    few = queries()
    for _ in range(29):
        make_comment(text="Cheap pills!", parent=make_comment())
    assert queries() == few


def test_the_words_of_comments_are_for_who_may_read_them(client):
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="add_rule"))
    client.force_login(user)
    make_comment(text="Cheap pills!")
    page = save(client)
    assert "would have caught 1" in plain(page)
    assert "Cheap pills!" not in page.text


# --- What was seen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [{"value": "pills"}, {"kind": "link", "value": "pills.example"}, {"action": "spam"}])
def test_what_was_changed_after_it_was_seen_is_shown_again(client, moderator, other):
    seen = mark_in(save(client))
    page = save(client, **other, seen=seen)
    assert NOT_SAVED in page.text
    assert not Rule.objects.exists()
    save(client, **other, seen=mark_in(page))
    assert Rule.objects.exists()


def test_another_way_to_write_what_was_seen_is_the_same(client, moderator):
    save(client, value=" cheap pills ", note="Another note", seen=mark_in(save(client)))
    assert Rule.objects.get().note == "Another note"


def forged():
    return TimestampSigner(salt="something else").sign_object(["phrase", "cheap pills", "hold"])


@pytest.mark.parametrize("seen", ["", "nonsense", "a:b:c", "ü", pytest.param(forged(), id="of another salt")])
def test_a_mark_cannot_be_made_up(client, moderator, seen):
    assert NOT_SAVED in save(client, seen=seen).text
    assert not Rule.objects.exists()


def test_what_was_seen_long_ago_is_shown_again(client, moderator, monkeypatch):
    seen = mark_in(save(client))
    monkeypatch.setattr(rule_admin, "SEEN_FOR", timedelta(seconds=-1))
    assert NOT_SAVED in save(client, seen=seen).text
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    "other",
    [{"value": ""}, {"kind": "nonsense"}, {"kind": ""}, {"action": "nonsense"}, {"ends_at": "x"}, {"value": "x" * 300}],
)
def test_what_is_no_rule_is_refused_and_kept(client, moderator, other):
    page = save(client, **{"note": "My note"} | other)
    assert page.status_code == 200
    assert "Please correct the error" in page.text
    assert 'value="My note"' in page.text
    assert NOT_SAVED not in page.text


def test_what_no_rule_can_look_for_is_refused_with_the_reason(client, moderator):
    page = save(client, kind="network", value="everywhere")
    assert 'id="id_value_error"' in page.text
    assert NOT_SAVED not in page.text


# --- Changes ----------------------------------------------------------------------------------------------


def test_a_note_or_an_end_is_changed_at_once(client, moderator):
    rule = make_rule()
    Rule.objects.update(caught=7)
    assert save(client, rule, note="Seen again", ends_at="2031-02-03T04:05").headers["Location"] == LIST
    assert (stored(rule).note, stored(rule).added_by, stored(rule).caught) == ("Seen again", None, 7)
    assert f"{stored(rule).ends_at:%Y-%m-%d %H:%M}" == "2031-02-03 04:05"


def test_what_it_looks_for_and_does_is_changed_once_it_was_seen(client, moderator):
    rule = make_rule(caught=3, last_caught_at=timezone.now())
    assert NOT_SAVED in save(client, rule, action="spam").text
    assert stored(rule).action == "hold"
    look_and_save(client, rule, action="spam")
    assert (stored(rule).action, stored(rule).caught) == ("spam", 3)
    look_and_save(client, rule, action="spam", value="cheaper pills")
    assert (stored(rule).value, stored(rule).caught, stored(rule).last_caught_at) == ("cheaper pills", 0, None)


def test_what_it_caught_while_it_was_changed_stays_counted(client, moderator, monkeypatch):
    def clean(form):
        Rule.objects.get().count_catch()  # a comment came in after the rule was read
        return original(form)

    rule, original = make_rule(), rule_admin.RuleForm.clean
    monkeypatch.setattr(rule_admin.RuleForm, "clean", clean)
    save(client, rule, note="Seen again")
    assert (stored(rule).note, stored(rule).caught) == ("Seen again", 1)


@pytest.mark.parametrize("value", ["cheap pills", " CHEAP   pills"])
def test_a_rule_that_is_there_already_is_named_with_the_way_to_it(client, moderator, value):
    rule = make_rule()
    page = save(client, value=value, action="spam")
    assert f'There is this rule already: <a href="{address(rule)}">Word or phrase: cheap pills</a>.' in page.text
    assert page.text.count("already") == 1
    assert NOT_SAVED not in page.text


def test_of_a_rule_that_has_ended_it_is_told(client, moderator):
    make_rule(ends_at=days_ago(1))
    assert "which has ended. Give it a new end there." in save(client).text


def test_a_rule_cannot_become_another_one(client, moderator):
    rule, other = make_rule(), make_rule("four infusions")
    assert "There is this rule already" in save(client, other).text
    assert "There is this rule already" not in save(client, rule).text


def test_who_adds_the_same_rule_at_the_same_moment_is_told(client, moderator, monkeypatch):
    tried = []

    def quicker(form, *args):
        if not tried:
            tried.append(form)
            raise IntegrityError("rule_once")
        make_rule()
        return original(form, *args)

    seen, original = mark_in(save(client)), rule_admin.RuleForm.clean
    monkeypatch.setattr(rule_admin.RuleForm, "clean", quicker)
    assert "There is this rule already" in save(client, seen=seen).text


# --- The end ----------------------------------------------------------------------------------------------


def test_a_network_ends_after_thirty_days_unless_told_otherwise(client, moderator):
    page = save(client, kind="network", value="192.0.2.0/24")
    assert "It ends on" in plain(page)
    look_and_save(client, kind="network", value="192.0.2.0/24")
    assert Rule.objects.get().ends_at - timezone.now() > timedelta(days=29)
    look_and_save(client, kind="network", value="198.51.100.0/24", ends_at="2031-02-03T04:05")
    assert Rule.objects.latest("pk").ends_at.year == 2031


def test_a_rule_that_becomes_a_network_ends_too_and_one_can_be_kept_for_good(client, moderator):
    rule, network = make_rule(), {"kind": "network", "value": "192.0.2.0/24"}
    look_and_save(client, rule, **network)
    assert timedelta(days=29) < stored(rule).ends_at - timezone.now() < timedelta(days=31)
    save(client, rule, **network, ends_at="")
    assert stored(rule).ends_at is None


def test_other_rules_hold_for_good(client, moderator):
    look_and_save(client)
    assert Rule.objects.get().ends_at is None


def test_a_new_rule_cannot_be_over(client, moderator):
    assert "This is over already." in save(client, ends_at="2020-01-01T00:00").text


def test_a_rule_is_ended_by_a_date_that_is_over(client, moderator):
    rule = make_rule()
    save(client, rule, ends_at="2020-01-01T00:00")
    assert not stored(rule).is_active


@pytest.mark.parametrize("ends_at", ["", "2031-02-03T04:05"])
def test_a_rule_that_has_ended_holds_again_once_it_was_seen(client, moderator, ends_at):
    rule = make_rule(ends_at=days_ago(1))
    assert NOT_SAVED in save(client, rule, ends_at=ends_at).text
    assert not stored(rule).is_active
    look_and_save(client, rule, ends_at=ends_at)
    assert stored(rule).is_active


def test_what_has_ended_gets_a_note_at_once(client, moderator):
    rule = make_rule(ends_at=days_ago(1))
    save(client, rule, note="Was too broad", ends_at="2020-01-01T00:00")
    assert stored(rule).note == "Was too broad"


def test_rules_are_ended_in_the_list_and_stay_there(client, moderator):
    rule, over, other = make_rule(), make_rule("four infusions", ends_at=days_ago(9)), make_rule("other words")
    page = client.post(LIST, {"action": "end_now", "_selected_action": [rule.pk, over.pk]}, follow=True)
    assert "1 ended." in page.text
    assert "cheap pills" in page.text
    assert not stored(rule).is_active
    assert stored(other).is_active
    assert stored(over).ends_at == over.ends_at
    assert LogEntry.objects.get(object_id=rule.pk).user == moderator


# --- The list ---------------------------------------------------------------------------------------------


def test_the_list_tells_how_each_fares(client, moderator):
    make_rule(added_by=moderator, caught=41, last_caught_at=timezone.now(), ends_at=days_ago(1))
    make_rule("came along")
    page = client.get(LIST).text
    for words in ("cheap pills", "Word or phrase", "41", "Ended ", moderator.username, "came with the site"):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "active"}, {"cheap pills", "example.com"}),
        ({"state": "ended"}, {"over"}),
        ({"kind__exact": "email"}, {"example.com"}),
        ({"action__exact": "spam"}, {"over"}),
        ({"q": "PILLS"}, {"cheap pills"}),
        ({"q": "sold here"}, {"example.com"}),
    ],
)
def test_the_list_can_be_narrowed(client, moderator, query, found):
    make_rule()
    make_rule("over", action="spam", ends_at=days_ago(1))
    make_rule("example.com", kind="email", note="Sold here", ends_at=timezone.now() + timedelta(days=1))
    assert {rule.value for rule in client.get(LIST, query).context["cl"].result_list} == found


OF_PERSONS = [("email", "seller@example.com"), ("email", "pills.example"), ("network", "192.0.2.0/24")]


@pytest.mark.parametrize(("kind", "value"), OF_PERSONS)
def test_no_list_and_no_history_shows_somebodys_address_in_its_words_or_labels(client, moderator, kind, value):
    rule = make_rule(value, kind=kind, note="Sold here all week.")
    for page in (client.get(LIST), client.get(LIST, {"q": "sold"}), client.get(address(rule, "history"))):
        assert f"rule {rule.pk}" in page.text
        assert value not in html.unescape(page.text)


@pytest.mark.parametrize(("kind", "value"), OF_PERSONS)
def test_no_search_spells_out_somebodys_address(client, moderator, kind, value):
    make_rule(value, kind=kind)
    make_rule(f"look at {value}")
    for letters in (value, value[:3]):
        assert [rule.kind for rule in client.get(LIST, {"q": letters}).context["cl"].result_list] == ["phrase"]


@pytest.mark.parametrize("lookup", ["added_by__password__startswith", "value__regex", "added_by__email"])
def test_nothing_can_be_spelled_out_by_filtering(client, moderator, lookup):
    assert client.get(LIST, {lookup: "a"}).status_code == 400


def test_the_list_takes_the_same_queries_for_one_rule_and_for_twenty(client, moderator, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(15) as captured:
            client.get(LIST)
        return len(captured)

    make_rule(added_by=moderator)
    few = queries()
    for number in range(19):
        make_rule(f"rule number {number}", added_by=make_moderator())
    assert queries() == few


# --- On record --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "value"), OF_PERSONS)
def test_who_opens_a_rule_about_somebodys_address_reads_it_and_that_is_put_on_record(client, moderator, kind, value):
    rule = make_rule(value, kind=kind)
    client.get(LIST)
    assert not LogEntry.objects.exists()
    assert f'value="{value}"' in client.get(address(rule)).text
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (moderator, str(moderator.pk))
    assert entry.get_change_message() == f"{tries.LOOKED_AT} “{rule}” (Hold: a person looks first)."


@pytest.mark.parametrize(("kind", "value"), [("phrase", "cheap pills"), ("link", "pills.example")])
def test_who_opens_another_rule_is_not(client, moderator, kind, value):
    assert f'value="{value}"' in client.get(address(make_rule(value, kind=kind))).text
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(("kind", "value"), OF_PERSONS)
def test_every_try_of_an_address_is_put_on_record(client, moderator, kind, value):
    for _ in range(2):
        save(client, kind=kind, value=value)
    for entry in LogEntry.objects.all():
        assert (entry.user, entry.object_id) == (moderator, str(moderator.pk))
        assert value in entry.get_change_message()
    assert LogEntry.objects.count() == 2
    assert not Rule.objects.exists()


def test_tries_of_words_and_links_are_not(client, moderator):
    save(client)
    save(client, kind="link", value="pills.example")
    assert not LogEntry.objects.exists()


def test_the_page_says_that_tries_are_put_on_record(client, moderator):
    assert "is put on record with your name" in client.get(ADD).text


def test_the_record_of_rules_names_nobodys_address(client):
    client.force_login(make_user(is_superuser=True))
    look_and_save(client, kind="email", value="seller@example.com")
    rule = Rule.objects.get()
    LogEntry.objects.all().delete()
    look_and_save(client, rule, kind="email", value="seller@example.com", action="spam")
    LogEntry.objects.filter(change_message__startswith=tries.TRIED).delete()
    client.post(LIST, {"action": "end_now", "_selected_action": [rule.pk]})
    client.post(address(rule, "delete"), {"post": "yes"})
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [f"E-mail address or domain: rule {rule.pk}"] * 3


def test_tried_addresses_are_forgotten_as_rules_about_them_are(client, moderator, settings):
    settings.RETENTION = ["comments.admin.tries.purge"]
    save(client, kind="network", value="192.0.2.0/24")
    assert purge() == {"tried spam rules forgotten": 0}
    LogEntry.objects.update(action_time=days_ago(settings.RULE_RETENTION_DAYS + 1))
    assert purge(dry_run=True) == purge() == {"tried spam rules forgotten": 1}
    assert not LogEntry.objects.exists()


# --- Who may what -----------------------------------------------------------------------------------------


def all_pages(rule):
    return [LIST, ADD, *(address(rule, what) for what in ("change", "delete", "history"))]


@pytest.mark.parametrize("make", [make_user, make_editor])
def test_who_is_no_moderator_sees_and_changes_nothing(client, make):
    client.force_login(make())
    rule = make_rule()
    for page in all_pages(rule):
        assert client.get(page).status_code == 403, page
        assert client.post(page, {"post": "yes", "action": "end_now"}).status_code == 403, page
    assert stored(rule).is_active


def test_a_stranger_is_sent_to_sign_in(client):
    for page in all_pages(make_rule()):
        assert client.post(page, {"post": "yes"}).headers["Location"].startswith("/admin/login/"), page
    assert Rule.objects.exists()


def test_a_moderator_does_everything_but_delete(client, moderator):
    rule = make_rule()
    codes = {page: client.get(page).status_code for page in all_pages(rule)}
    assert [page for page, code in codes.items() if code != 200] == [address(rule, "delete")]
    assert client.post(address(rule, "delete"), {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"})
    assert "delete_selected" not in client.get(LIST).text
    assert stored(rule)


def test_a_superuser_deletes_a_rule(client):
    client.force_login(make_user(is_superuser=True))
    rule = make_rule()
    assert address(rule, "delete") in client.get(address(rule)).text
    client.post(address(rule, "delete"), {"post": "yes"})
    assert not Rule.objects.exists()


def test_who_may_only_look_changes_nothing(client):
    user, rule = make_user(), make_rule()
    user.user_permissions.add(Permission.objects.get(codename="view_rule"))
    client.force_login(user)
    page = client.get(address(rule))
    assert "cheap pills" in page.text
    assert "_save" not in page.text
    assert save(client, rule, note="Forged").status_code == 403
    client.post(LIST, {"action": "end_now", "_selected_action": [rule.pk]})
    assert (stored(rule).note, stored(rule).is_active) == ("", True)


def test_nobody_says_that_somebody_else_added_it(client, moderator):
    look_and_save(client, added_by=make_moderator().pk, caught="99", created_at="2020-01-01")
    assert (Rule.objects.get().added_by, Rule.objects.get().caught) == (moderator, 0)


def test_a_rule_that_is_not_there_leads_away(client, moderator):
    gone = make_rule()
    gone_page = address(gone)
    gone.delete()
    assert client.get(gone_page).headers["Location"] == reverse("admin:index")
    assert client.post(gone_page).headers["Location"] == reverse("admin:index")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_change_nothing(client, moderator, method):
    rule = make_rule()
    getattr(client, method)(address(rule))
    assert stored(rule).is_active


@pytest.mark.parametrize("ticked", ["abc", "9" * 30, "-1"])
def test_what_is_ticked_must_be_a_rule(client, moderator, ticked):
    assert client.post(LIST, {"action": "end_now", "_selected_action": ticked}).status_code == 400


def test_a_rule_that_is_refused_says_one_thing(client, moderator):
    Rule.objects.create(kind="link", value="shop.example.com")
    for value, said in [
        ("https://shop.example.com/path", "There is this rule already"),
        ("", "This field is required"),
    ]:
        page = client.post(ADD, {"kind": "link", "value": value, "action": "hold"}).text
        assert page.count('<ul class="errorlist"') == 1
        assert said in page
