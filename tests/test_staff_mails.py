"""Mails to those who work here: to whom, when, and what they do not say."""

import re
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles.publishing import remind
from comments.absence import look
from comments.models import Comment, CrisisFlag, CrisisKind, CrisisList, ReportReason
from comments.moves import Status
from crpsinfo import mail as outgoing
from crpsinfo.contact import ContactMessage
from crpsinfo.desk.hours import after_quiet_hours, next_at, next_morning
from crpsinfo.desk.mails import call_for_help, schedule
from crpsinfo.desk.models import ZONES
from crpsinfo.models import StaffMail, StaffMailKind, StaffSettings
from crpsinfo.worker import work_off
from directory.models import Report, ReportKind, ReportState
from tests.directory_factories import make_listing
from tests.factories import make_article, make_comment, make_editor, make_moderator, make_user
from tests.mail_stand_in import MailStandIn
from tests.moderation import report
from tests.working import in_a_thread

pytestmark = pytest.mark.django_db

PAT = "pat@example.org"
HOUR = timedelta(hours=1)
EASTERN = "America/New_York"
NIGHT = {"quiet_from": time(22), "quiet_until": time(7)}


def utc(month, day, hour=0, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


MORNING = utc(11, 23, 13)  # 8:00 in New York


# --- By the clock where somebody lives -------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_is_known(zone):
    assert ZoneInfo(zone).utcoffset(datetime(2026, 1, 1)) is not None  # noqa: DTZ001 - as the zone's own clock


@pytest.mark.parametrize(
    ("zone", "after", "morning"),
    [
        (EASTERN, utc(11, 23, 12, 59), MORNING),
        (EASTERN, MORNING, MORNING + 24 * HOUR),
        (EASTERN, utc(3, 7, 14), utc(3, 8, 12)),  # clocks went forward in the night
        (EASTERN, utc(10, 31, 13), utc(11, 1, 13)),  # and back
        ("America/Phoenix", utc(3, 7, 16), utc(3, 8, 15)),  # they know nothing of that
        ("Pacific/Honolulu", utc(11, 23, 0), utc(11, 23, 18)),
        ("Pacific/Guam", utc(11, 23, 0), utc(11, 23, 22)),
        ("UTC", utc(11, 23, 0), utc(11, 23, 8)),
    ],
)
def test_the_next_morning_is_eight_oclock_where_somebody_lives(zone, after, morning):
    assert next_morning(zone, after) == morning


@pytest.mark.parametrize(
    ("last", "morning"),
    [
        (MORNING, MORNING + 24 * HOUR),
        (MORNING + 12 * HOUR, MORNING + 24 * HOUR),  # late because of trouble, but still on that day
        (MORNING - 24 * HOUR, MORNING),
        (None, MORNING),
    ],
)
def test_no_day_has_two_mornings(last, morning):
    assert next_morning(EASTERN, MORNING - HOUR, last) == morning


@pytest.mark.parametrize(
    ("clock", "after", "moment"),
    [
        (time(2, 30), utc(3, 8, 5), utc(3, 8, 7, 30)),  # is skipped: 3:30 by the new time
        (time(1, 30), utc(11, 1, 4), utc(11, 1, 5, 30)),  # comes twice
        (time(1, 30), utc(11, 1, 5, 45), utc(11, 1, 6, 30)),  # the second
        (time(1, 30), utc(11, 1, 6, 45), utc(11, 2, 6, 30)),
    ],
)
def test_a_time_that_is_skipped_or_comes_twice_is_found(clock, after, moment):
    assert next_at(clock, EASTERN, after) == moment


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (utc(11, 24, 2, 59), utc(11, 24, 2, 59)),  # 21:59
        (utc(11, 24, 3), utc(11, 24, 12)),  # 22:00: until 7:00
        (utc(11, 24, 6), utc(11, 24, 12)),  # 1:00
        (utc(11, 24, 11, 59), utc(11, 24, 12)),
        (utc(11, 24, 12), utc(11, 24, 12)),
        (utc(3, 8, 4), utc(3, 8, 11)),  # an hour shorter: clocks go forward
        (utc(11, 1, 3), utc(11, 1, 12)),  # an hour longer
    ],
)
def test_quiet_hours_go_on_over_midnight(at, moment):
    assert after_quiet_hours(at, **NIGHT, zone=EASTERN) == moment


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "moment"),
    [
        (time(12), time(14), utc(11, 23, 19)),
        (time(13), time(14), utc(11, 23, 19)),
        (time(13, 1), time(14), utc(11, 23, 18)),
        (time(9), time(13), utc(11, 23, 18)),
        (None, None, utc(11, 23, 18)),
    ],
)
def test_quiet_hours_may_lie_within_a_day(quiet_from, quiet_until, moment):
    assert after_quiet_hours(utc(11, 23, 18), quiet_from, quiet_until, EASTERN) == moment  # 13:00


# --- The clock of these tests ------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """`clock(time)` sets it; `clock.go(hours=1)` moves it on, and the worker does what is due then."""

    class Clock:
        def __call__(self, now):
            self.now = now
            stopped = type("stopped", (datetime,), {"now": lambda tz: now})  # what `timezone.now` asks
            monkeypatch.setattr(timezone, "datetime", stopped)

        def go(self, **time):
            self(self.now + timedelta(**time))
            work_off()

    clock = Clock()
    clock(MORNING - 2 * HOUR)
    return clock


def moderator(**values):
    """With an e-mail address; keyword arguments choose settings."""
    user = make_moderator()
    user.email = PAT
    user.save()
    if values:
        StaffSettings.objects.create(user=user, **values)
    return user


def wait():
    return make_comment(status=Status.PENDING, text="My secret words.", author_name="Ann")


def sent(mailoutbox):
    """The subjects since one last asked."""
    subjects = [mail.subject for mail in mailoutbox]
    mailoutbox.clear()
    return subjects


# --- What waits, once a day --------------------------------------------------------------------------------


def test_what_waits_is_told_at_eight(clock, mailoutbox):
    moderator()
    for _ in range(3):
        wait()
    work_off()
    clock.go(minutes=119)
    assert sent(mailoutbox) == []
    clock.go(minutes=1)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([PAT], "3 items wait for you")
    assert "Needs attention: 3\n" in mail.body


def test_each_tab_is_counted(clock, mailoutbox):
    moderator()
    wait()
    ContactMessage.objects.create(name="Pat", email="x@example.org", text="Secret")
    work_off()
    clock.go(hours=2)
    (mail,) = mailoutbox
    assert mail.subject == "2 items wait for you"
    assert re.findall(r"^(.+): (\d+)$", mail.body, re.MULTILINE) == [("Needs attention", "1"), ("Messages", "1")]


def test_it_comes_once_a_day_as_long_as_something_waits(clock, mailoutbox):
    moderator()
    comment = wait()
    work_off()
    for _ in range(24):
        clock.go(hours=2)
    assert sent(mailoutbox) == ["1 item waits for you"] * 2
    comment.publish(by=make_moderator())
    for _ in range(24):
        clock.go(hours=2)
    assert sent(mailoutbox) == []


@pytest.mark.one_database
def test_it_comes_at_eight_also_after_the_clocks_changed(clock, mailoutbox):
    moderator()
    wait()
    clock(utc(10, 31, 11))
    work_off()
    times = []
    for _ in range(60):
        clock.go(hours=1)
        times += [clock.now] * len(sent(mailoutbox))
    assert times == [utc(10, 31, 12), utc(11, 1, 13), utc(11, 2, 13)]


def test_somebody_elsewhere_gets_it_at_their_eight(clock, mailoutbox):
    moderator(time_zone="Pacific/Honolulu")
    wait()
    work_off()
    clock.go(hours=6.5)  # 7:30 there
    assert sent(mailoutbox) == []
    clock.go(hours=0.5)
    assert sent(mailoutbox) == ["1 item waits for you"]


def switched_off():
    moderator(digest=False)


def without_address():
    make_moderator()


def deactivated():
    user = moderator()
    user.is_active = False
    user.save()


def no_staff():
    user = moderator()
    user.is_staff = False
    user.save()


def with_nothing_to_decide():
    make_user(email=PAT)


@pytest.mark.parametrize("who", [switched_off, without_address, deactivated, no_staff, with_nothing_to_decide])
def test_who_gets_none(clock, mailoutbox, who):
    who()
    wait()
    work_off()
    clock.go(hours=24)
    assert not mailoutbox
    assert not StaffMail.objects.exists()


def test_an_editor_is_told_of_what_editors_decide_about(clock, mailoutbox):
    editor = make_editor()
    editor.email = PAT
    editor.save()
    wait()
    work_off()
    clock.go(hours=2)
    assert sent(mailoutbox) == []
    ContactMessage.objects.create(name="Pat", email="x@example.org", text="Secret")
    clock.go(hours=24)
    assert sent(mailoutbox) == ["1 item waits for you"]


def switch_off(user):
    StaffSettings.objects.create(user=user, digest=False)


def leave(user):
    user.groups.remove(Group.objects.get(name="Moderator"))


def deactivate(user):
    type(user).objects.update(is_active=False)


def forget_address(user):
    type(user).objects.update(email="")


@pytest.mark.parametrize("change", [switch_off, leave, deactivate, forget_address])
def test_what_changed_before_it_went_is_heeded(clock, mailoutbox, change):
    user = moderator()
    wait()
    work_off()
    change(user)
    clock.go(hours=2)
    assert not mailoutbox
    assert not StaffMail.objects.filter(due_at__lte=clock.now).exists()


def test_what_waits_beyond_counting_is_told_as_such(clock, mailoutbox, monkeypatch):
    monkeypatch.setattr("crpsinfo.desk.kinds.COUNTED", 2)
    monkeypatch.setattr("crpsinfo.desk.mails.COUNTED", 2)
    moderator()
    for _ in range(4):
        wait()
    work_off()
    clock.go(hours=2)
    assert sent(mailoutbox) == ["More than 2 items wait for you"]


# --- Somebody may be in danger -----------------------------------------------------------------------------


@pytest.fixture
def _phrases():
    CrisisList.objects.update_or_create(kind=CrisisKind.SELF_HARM, defaults={"phrases": "end my life"})
    CrisisList.objects.update_or_create(kind=CrisisKind.LOWERING, defaults={"phrases": "years ago I"})


@pytest.fixture
def helper(clock, _phrases):
    """Who wants to know at once, and nothing else."""
    return moderator(urgent_mail=True, digest=False)


def cry(text="I want to end my life"):
    comment = Comment(article=make_article(), author_name="Ann", text=text, ip="192.0.2.7")
    comment.post()
    return comment


def test_words_of_crisis_are_mailed_after_two_minutes(clock, mailoutbox, helper):
    cry()
    clock.go(seconds=119)
    assert sent(mailoutbox) == []
    clock.go(seconds=1)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([PAT], "Please look soon")
    assert "1 item may be about somebody in danger" in mail.body
    assert "nobody expects you to step in yourself" in mail.body


def test_all_of_a_bad_moment_makes_one_mail(clock, mailoutbox, helper):
    cry()
    clock.go(minutes=1)
    cry()
    clock.go(minutes=1)
    (mail,) = mailoutbox
    assert "2 items may" in mail.body
    sent(mailoutbox)
    clock.go(hours=5)
    assert sent(mailoutbox) == []


def test_there_is_one_mail_an_hour_at_most(clock, mailoutbox, helper):
    cry()
    clock.go(minutes=2)
    sent(mailoutbox)
    clock.go(minutes=10)
    cry()
    clock.go(minutes=49)
    assert sent(mailoutbox) == []
    clock.go(minutes=1)
    (mail,) = mailoutbox
    assert "1 item may" in mail.body  # the other was told of, and is no news


def test_an_hour_later_the_next_goes_after_two_minutes_again(clock, mailoutbox, helper):
    for _ in range(2):
        cry()
        clock.go(minutes=2)
        assert sent(mailoutbox) == ["Please look soon"]
        clock.go(hours=1)


def test_a_readers_report_of_danger_is_mailed(clock, mailoutbox, helper):
    comment = make_comment()
    report(comment, ReportReason.UNKIND)
    clock.go(minutes=2)
    assert sent(mailoutbox) == []
    report(comment, ReportReason.DANGER)
    clock.go(minutes=2)
    assert sent(mailoutbox) == ["Please look soon"]


def test_danger_in_an_appeal_and_in_a_new_version_is_mailed(clock, mailoutbox, helper):
    refused, public = make_comment(status=Status.SPAM), make_comment(decided_at=clock.now, decided_by=helper)
    refused.ask_again("I want to end my life")
    clock.go(minutes=2)
    assert sent(mailoutbox) == ["Please look soon"]
    clock.go(hours=2)
    public.edit("Ann", "I want to end my life")
    clock.go(minutes=2)
    assert sent(mailoutbox) == ["Please look soon"]


def test_what_is_less_urgent_wakes_nobody(clock, mailoutbox, helper):
    comment = cry("Years ago I wanted to end my life")
    assert comment.crisis_flag.lowered
    clock.go(hours=2)
    assert not mailoutbox
    assert not StaffMail.objects.exists()


def answer(comment):
    comment.publish(by=make_moderator())


def take_back(comment):
    comment.withdraw()


@pytest.mark.parametrize("meanwhile", [answer, take_back])
def test_nobody_is_called_to_what_is_done_with(clock, mailoutbox, helper, meanwhile):
    meanwhile(cry())
    clock.go(hours=2)
    assert not mailoutbox
    assert StaffMail.objects.get().due_at is None


def test_a_report_that_was_answered_calls_nobody(clock, mailoutbox, helper):
    comment = make_comment()
    report(comment, ReportReason.DANGER)
    comment.dismiss_reports(by=make_moderator())
    clock.go(hours=2)
    assert not mailoutbox
    report(comment, ReportReason.DANGER)
    clock.go(minutes=2)
    assert sent(mailoutbox) == ["Please look soon"]


@pytest.mark.usefixtures("_phrases")
def test_only_who_asked_for_it_is_called(clock, mailoutbox):
    moderator(digest=False)
    cry()
    clock.go(hours=2)
    assert not mailoutbox
    assert not StaffMail.objects.filter(kind=StaffMailKind.URGENT).exists()


def unask(user):
    StaffSettings.objects.update(urgent_mail=False)


@pytest.mark.parametrize("change", [unask, leave, deactivate, forget_address])
def test_who_may_not_or_does_not_want_to_any_more_is_not_called(clock, mailoutbox, helper, change):
    cry()
    change(helper)
    clock.go(hours=2)
    assert not mailoutbox


def test_in_the_quiet_hours_it_waits_until_they_end(clock, mailoutbox, helper):
    StaffSettings.objects.update(**NIGHT)
    clock(utc(11, 24, 2, 59))  # 21:59: two minutes later it is quiet
    cry()
    clock.go(hours=9)  # 6:59
    assert sent(mailoutbox) == []
    clock.go(minutes=1)
    assert sent(mailoutbox) == ["Please look soon"]


def test_a_mail_that_is_late_does_not_go_in_the_quiet_hours_either(clock, mailoutbox, helper):
    StaffSettings.objects.update(**NIGHT)
    clock(utc(11, 24, 2))  # 21:00
    cry()
    clock.go(hours=2)  # no worker was there until 23:00
    assert sent(mailoutbox) == []
    clock.go(hours=8)
    assert sent(mailoutbox) == ["Please look soon"]


def test_what_came_while_a_mail_was_on_its_way_is_told_in_the_next(clock, mailoutbox, helper, monkeypatch):
    cry()
    send = outgoing.send

    def send_while_somebody_cries(*args, **kwargs):
        monkeypatch.setattr(outgoing, "send", send)
        cry()
        send(*args, **kwargs)

    monkeypatch.setattr(outgoing, "send", send_while_somebody_cries)
    clock.go(minutes=2)
    assert sent(mailoutbox) == ["Please look soon"]
    clock.go(minutes=59)
    assert sent(mailoutbox) == []
    clock.go(minutes=1)
    assert sent(mailoutbox) == ["Please look soon"]


def test_a_post_that_is_rolled_back_calls_nobody(clock, mailoutbox, helper, monkeypatch):
    monkeypatch.setattr(Comment, "_obey_ruling", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cry()
    assert not CrisisFlag.objects.exists()
    assert not StaffMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_cry_at_the_same_moment_make_one_mail_each(mailoutbox):
    CrisisList.objects.update_or_create(kind=CrisisKind.SELF_HARM, defaults={"phrases": "end my life"})
    helpers = [moderator(urgent_mail=True, digest=False) for _ in range(2)]
    with in_a_thread(cry), in_a_thread(cry):
        pass
    StaffMail.objects.update(due_at=timezone.now())
    work_off()
    assert [mail.subject for mail in mailoutbox] == ["Please look soon"] * len(helpers)
    assert all("2 items" in mail.body for mail in mailoutbox)


# --- Somebody asks to be taken off the directory -------------------------------------------------------------


@pytest.fixture
def editor(clock):
    """Who has chosen nothing: with an address, the mails are on."""
    user = make_editor()
    type(user).objects.filter(pk=user.pk).update(email=PAT)
    return user


def ask_to_be_taken_off(doctor=None, reader="a-reader", **values):
    """As the form on a listing does."""
    doctor = doctor or make_listing().doctor
    request = Report(kind=ReportKind.REMOVAL, doctor=doctor, reader=reader, **{"name": "Alma", **values})
    return Report.objects.send(request)


def test_a_request_is_mailed_to_those_who_decide_after_two_minutes(clock, mailoutbox, editor):
    ask_to_be_taken_off()
    clock.go(seconds=119)
    assert sent(mailoutbox) == []
    clock.go(seconds=1)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([PAT], "A request waits for you")
    assert "somebody asks to be taken off" in mail.body


def test_moderators_who_can_take_nobody_off_get_no_mail_about_it(clock, mailoutbox):
    moderator()
    ask_to_be_taken_off()
    clock.go(minutes=3)
    assert sent(mailoutbox) == []


def test_requests_of_one_hour_make_one_more_mail(clock, mailoutbox, editor):
    ask_to_be_taken_off()
    clock.go(minutes=2)
    sent(mailoutbox)
    for name in ("Bea", "Cy"):
        ask_to_be_taken_off(make_listing(first_name=name).doctor)
    clock.go(minutes=57)
    assert sent(mailoutbox) == []
    clock.go(minutes=3)
    (mail,) = mailoutbox
    assert "2 people ask to be taken off" in mail.body  # the first was told of, and is no news


def test_who_asks_twice_is_told_of_once(clock, mailoutbox, editor):
    doctor = make_listing().doctor
    ask_to_be_taken_off(doctor)
    clock.go(minutes=2)
    sent(mailoutbox)
    ask_to_be_taken_off(doctor, words="Did you get my request?")
    clock.go(hours=2)
    assert "A request waits for you" not in sent(mailoutbox)


def test_in_the_quiet_hours_a_request_waits_until_they_end(clock, mailoutbox, editor):
    StaffSettings.objects.create(user=editor, **NIGHT)
    clock(utc(11, 24, 3))  # 22:00
    ask_to_be_taken_off()
    clock.go(hours=8)
    assert sent(mailoutbox) == []
    clock.go(hours=1)
    assert sent(mailoutbox) == ["A request waits for you"]


def want_no_mails(user, request):
    StaffSettings.objects.update_or_create(user=user, defaults={"digest": False})


def lose_the_role(user, request):
    user.groups.clear()


def settle(user, request):
    request.close(ReportState.CLOSED, by=user)


def show_as_disputed(user, request):
    request.doctor.dispute()


@pytest.mark.parametrize("change", [want_no_mails, lose_the_role, settle, show_as_disputed])
def test_a_request_that_is_no_reason_any_more_is_not_mailed(clock, mailoutbox, editor, change):
    change(editor, ask_to_be_taken_off())
    clock.go(hours=1)
    assert "A request waits for you" not in sent(mailoutbox)


def test_who_wants_no_mails_or_decides_nothing_gets_no_row(clock, editor):
    want_no_mails(editor, None)
    make_user(email=PAT)
    ask_to_be_taken_off()
    assert not StaffMail.objects.exists()


def test_what_else_readers_say_of_listings_wakes_nobody(clock, mailoutbox, editor):
    Report.objects.send(Report(kind=ReportKind.CALLED, doctor=make_listing().doctor, reader="x", outcome="stopped"))
    clock.go(hours=1)
    assert not StaffMail.objects.filter(kind=StaffMailKind.REQUEST).exists()


# --- Nobody moderates ----------------------------------------------------------------------------------------


@pytest.fixture
def operator(clock):
    user = make_user(is_superuser=True, email=PAT)
    StaffSettings.objects.create(user=user, digest=False)
    return user


def wait_for(days, clock):
    at = clock.now - timedelta(days=days)
    comment = make_comment(status=Status.PENDING, created_at=at, status_at=at)
    look()
    return comment


def test_the_operator_is_told_each_morning_that_nobody_moderates(clock, mailoutbox, operator):
    wait_for(8, clock)
    schedule()
    clock.go(hours=2)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([PAT], "Nobody decides about what waits")
    assert "nobody has decided anything since 15 Nov 2026. 1 item waits." in mail.body
    assert "from 15 Dec 2026 on nothing is published automatically, and comments close" in mail.body
    sent(mailoutbox)
    for _ in range(12):
        clock.go(hours=2)
    assert len(mailoutbox) == 1


def test_the_operator_is_told_when_the_site_has_closed_itself(clock, mailoutbox, operator):
    wait_for(31, clock)
    schedule()
    clock.go(hours=2)
    (mail,) = mailoutbox
    assert "Since 22 Nov 2026 nothing is published automatically, and comments are closed." in mail.body


def test_it_stops_by_itself_when_somebody_decides(clock, mailoutbox, operator):
    comment = wait_for(8, clock)
    schedule()
    comment.publish(by=make_moderator())
    for _ in range(15):
        clock.go(hours=2)
    assert not mailoutbox


def test_only_operators_are_told(clock, mailoutbox):
    moderator(digest=False)
    make_user(is_superuser=True)  # nobody knows an address
    make_user(is_superuser=True, email=PAT, is_active=False)
    wait_for(8, clock)
    for _ in range(15):
        clock.go(hours=2)
    assert not mailoutbox


def test_who_is_operator_no_more_is_not_told(clock, mailoutbox, operator):
    wait_for(8, clock)
    schedule()
    type(operator).objects.update(is_superuser=False)
    clock.go(hours=2)
    assert not mailoutbox


def test_on_a_quiet_site_the_operator_is_left_alone(clock, mailoutbox, operator):
    wait_for(6, clock)
    schedule()
    clock.go(hours=2)
    assert not mailoutbox


# --- What no mail says -----------------------------------------------------------------------------------------


@pytest.fixture
def every_mail(clock, mailoutbox, helper):
    """One of each kind, about things with telling words."""
    StaffSettings.objects.update(digest=True)
    type(helper).objects.update(is_superuser=True)
    at = clock.now - timedelta(days=9)
    article = make_article("Ketamine for CRPS", published_at=at, next_review=clock.now.date())
    make_comment(article, status=Status.PENDING, status_at=at, author_name="Zebedee", text="Unheard-of words")
    comment = Comment(article=article, author_name="Zebedee", text="I want to end my life", ip="192.0.2.7")
    comment.post()
    ask_to_be_taken_off(name="Zebedee", words="Unheard-of words")
    look()
    schedule()
    remind()
    clock.go(hours=2)
    assert {mail.kind for mail in StaffMail.objects.filter(sent_at__isnull=False)} == set(StaffMailKind.values)
    return mailoutbox


def test_no_mail_tells_a_text_a_name_a_title_or_the_illness(every_mail):
    for mail in every_mail:
        said = f"{mail.message()}\n{mail.subject}\n{mail.body}".lower()
        for secret in ("zebedee", "unheard", "my life", "ketamine", "crps", "pain", "suicide", "self-harm", "crisis"):
            assert secret not in said, secret


def test_no_subject_says_what_it_is_about(every_mail):
    subjects = {"1 article is due for review", "3 items wait for you", "Please look soon", "A request waits for you"}
    assert {mail.subject for mail in every_mail} == subjects | {"Nobody decides about what waits"}


def test_the_link_leads_to_the_sign_in_page_and_changes_nothing(every_mail, client):
    for mail in every_mail:
        (link,) = re.findall(r"^http://testserver(/admin/login/\S+)$", mail.body, re.MULTILINE)
        assert parse_qs(urlsplit(link).query) == {"next": [reverse("admin:index")]}
        before = list(Comment.objects.values())
        assert client.get(link).status_code == 200
        assert list(Comment.objects.values()) == before


def test_the_link_leads_on_who_is_signed_in_already(every_mail, client, helper):
    client.force_login(helper)
    (link, *_) = re.findall(r"http://testserver(/admin/login/\S+)", every_mail[0].body)
    assert client.get(link).headers["Location"] == reverse("admin:index")


def test_the_mails_that_can_be_switched_off_say_where(every_mail):
    address = f"http://testserver{reverse('admin:desk-settings')}"
    where = {mail.subject: address in mail.body for mail in every_mail}
    assert where.pop("Nobody decides about what waits") is False
    assert set(where.values()) == {True}


def test_they_carry_no_address_that_a_mail_program_could_post_to(every_mail):
    for mail in every_mail:
        assert "List-Unsubscribe" not in mail.message()
        assert mail.message()["Auto-Submitted"] == "auto-generated"


# --- Trouble on the way ------------------------------------------------------------------------------------------


@pytest.fixture
def server(settings):
    with MailStandIn() as stand_in:
        for name, value in stand_in.settings.items():
            setattr(settings, name, value)
        yield stand_in


def row():
    return StaffMail.objects.get()


def test_a_mail_that_could_not_be_sent_is_tried_again(clock, server, helper):
    server.fault = "try-later-451"
    cry()
    clock.go(minutes=2)
    assert (row().attempts, row().last_error, row().sent_at) == (1, "the mail server put it off (451)", None)
    server.fault = ""
    clock.go(minutes=5)
    assert [mail["Subject"] for mail in server.mails] == ["Please look soon"]
    assert row().sent_at


def test_it_is_given_up_after_some_attempts_and_the_next_goes_all_the_same(clock, server, settings, helper):
    server.fault = "try-later-451"
    cry()
    StaffMail.objects.update(attempts=settings.MAIL_ATTEMPTS - 1)
    clock.go(minutes=2)
    assert (row().due_at, row().last_error) == (None, "the mail server put it off (451)")
    assert row().failed_at
    server.fault = ""
    cry()
    clock.go(minutes=2)
    assert len(server.mails) == 1
    assert row().failed_at is None


def test_an_address_that_is_refused_is_given_up_at_once(clock, server, helper):
    server.fault = "refuse-recipient-550"
    cry()
    clock.go(minutes=2)
    assert (row().due_at, row().last_error) == (None, "the mail server refused it (550)")


def test_a_digest_that_was_put_off_is_left_to_its_time(clock, server):
    moderator()
    wait()
    work_off()
    server.fault = "try-later-451"
    clock.go(hours=2)
    put_off = row().due_at
    schedule()
    assert (row().due_at, row().attempts) == (put_off, 1)


def test_without_a_mail_server_nothing_falls_due(clock, settings, mailoutbox, helper, operator):
    settings.MAIL_CONFIGURED = False
    StaffSettings.objects.update(digest=True)
    wait_for(31, clock)
    cry()
    clock.go(hours=24)
    assert not mailoutbox
    assert not StaffMail.objects.exists()


# --- What it costs ----------------------------------------------------------------------------------------------


def test_a_call_for_help_takes_one_query_where_nobody_asked_for_it(django_assert_num_queries):
    for _ in range(5):
        moderator()
    with django_assert_num_queries(1):
        call_for_help()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the same everywhere")
def test_what_is_urgent_is_counted_in_one_query(django_assert_num_queries, clock, helper):
    for _ in range(5):
        cry()
    with django_assert_num_queries(1):
        assert Comment.objects.in_danger_since(clock.now).count() == 5


def test_an_urgent_mail_that_could_not_go_before_is_tried_soon_when_there_is_more(clock, helper):
    later = timezone.now() + timedelta(hours=20)
    row = StaffMail.objects.create(user=helper, kind=StaffMailKind.URGENT, attempts=5, due_at=later)
    call_for_help()
    row.refresh_from_db()
    assert row.due_at < timezone.now() + timedelta(minutes=5)


# --- What became of them ----------------------------------------------------------------------------------

LIST = reverse("admin:crpsinfo_staffmail_changelist")


def test_superusers_read_what_became_of_each_and_to_whom_it_goes_but_no_address(client):
    client.force_login(make_user(is_superuser=True))
    pat = make_user("Moderator", email=PAT)
    failed = {"failed_at": MORNING, "last_error": "the mail server refused it (550)"}
    row = StaffMail.objects.create(user=pat, kind=StaffMailKind.DIGEST, **failed)
    for page in (client.get(LIST), client.get(f"{LIST}{row.pk}/change/")):
        for words in (pat.username, "what waits, once a day", "the mail server refused it (550)", "23 Nov 2026"):
            assert words in page.text
        assert PAT not in page.text


def test_the_list_shows_those_of_one_kind_or_those_that_failed(client):
    client.force_login(make_user(is_superuser=True))
    digest = StaffMail.objects.create(user=make_moderator(), kind=StaffMailKind.DIGEST, failed_at=MORNING)
    urgent = StaffMail.objects.create(user=make_moderator(), kind=StaffMailKind.URGENT)
    for query, found in [({"kind__exact": "urgent"}, urgent), ({"failed_at__isempty": "0"}, digest)]:
        assert list(client.get(LIST, query).context["cl"].result_list) == [found]


def test_the_list_takes_the_same_queries_for_one_mail_and_for_ten(client, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(15) as captured:
            client.get(LIST)
        return len(captured)

    client.force_login(make_user(is_superuser=True))
    StaffMail.objects.create(user=make_moderator(), kind=StaffMailKind.DIGEST)
    few = queries()
    for _ in range(9):
        StaffMail.objects.create(user=make_moderator(), kind=StaffMailKind.DIGEST)
    assert queries() == few


def test_nobody_changes_or_deletes_one_by_hand(client):
    client.force_login(make_user(is_superuser=True))
    row = StaffMail.objects.create(user=make_moderator(), kind=StaffMailKind.DIGEST)
    for what in ("change", "delete"):
        assert client.post(f"{LIST}{row.pk}/{what}/", {"kind": "urgent", "post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert StaffMail.objects.get().kind == StaffMailKind.DIGEST
