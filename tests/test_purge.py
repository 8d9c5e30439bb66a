"""`purge`, beyond comments: see test_comments_retention.py for those."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from comments.models import SpamMonth
from crpsinfo.models import ContactMessage, Counter, Rule
from tests.factories import days_ago

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rules")]


def make_rule(kind, value, ended_days_ago):
    return Rule.objects.create(kind=kind, value=value, ends_at=days_ago(ended_days_ago))


@pytest.mark.parametrize(("kind", "value"), [("email", "ann@example.org"), ("network", "192.0.2.0/24")])
def test_a_rule_about_somebodys_address_goes_thirty_days_after_its_end(kind, value, capsys):
    make_rule(kind, value, ended_days_ago=29)
    over = make_rule(kind, f"{value[:-1]}5", ended_days_ago=31)
    call_command("purge", dry_run=True)
    assert Rule.objects.count() == 2
    call_command("purge")
    assert capsys.readouterr().out.count("spam rules deleted: 1") == 2
    assert not Rule.objects.filter(pk=over.pk).exists()
    assert Rule.objects.count() == 1


def test_rules_about_words_and_rules_without_an_end_stay():
    make_rule("phrase", "cheap pills", ended_days_ago=400)
    make_rule("link", "shop.example", ended_days_ago=400)
    Rule.objects.create(kind="network", value="192.0.2.0/24")
    call_command("purge")
    assert Rule.objects.count() == 3


def test_counters_and_messages_go_in_batches(monkeypatch):
    monkeypatch.setattr("crpsinfo.retention.BATCH", 2)
    for number in range(5):
        Counter.objects.create(key=f"post {number}", expires_at=days_ago(2))
        ContactMessage.objects.create(text="Thanks", closed_at=days_ago(91))
    call_command("purge")
    assert not Counter.objects.exists()
    assert not ContactMessage.objects.exists()


def test_spam_among_messages_goes_sooner_and_what_waits_stays():
    kept = ContactMessage.objects.create(text="Please answer", created_at=days_ago(400))
    fresh = ContactMessage.objects.create(text="Pills", called_spam=True, created_at=days_ago(14))
    ContactMessage.objects.create(text="Pills", called_spam=True, created_at=days_ago(16))
    call_command("purge")
    assert {*ContactMessage.objects.all()} == {kept, fresh}


def test_figures_of_the_spam_check_are_kept():
    SpamMonth.objects.create(month=(timezone.now() - timedelta(days=900)).date().replace(day=1), checked=7)
    call_command("purge")
    assert SpamMonth.objects.get().checked == 7
