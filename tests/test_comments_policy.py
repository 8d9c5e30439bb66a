"""Which comments appear before a moderator has seen them."""

import pytest
from django.utils import timezone

from comments.models import Comment, CrisisFlag
from comments.moves import Status
from comments.policy import claims_authority, may_publish
from crpsinfo.checks import policy_needs_a_checker
from crpsinfo.spam import Verdict
from crpsinfo.worker import work_off
from directory.models import Doctor
from tests.factories import make_comment, make_writer
from tests.test_settings import check

pytestmark = pytest.mark.django_db

POLICIES = ("hold-all", "trust-returning", "publish-ham")


@pytest.fixture
def allowed(settings):
    """For a comment of a trusted writer: the policies under which it appears at once."""

    def under(**values):
        comment = make_comment(status=Status.PENDING, writer=make_writer(approved=3), **values)
        return {policy for policy in POLICIES if allows(policy, comment)}

    def allows(policy, comment):
        settings.COMMENT_POLICY = policy
        return may_publish(comment)

    return under


def test_a_plain_comment_of_a_trusted_writer_waits_only_if_all_do(allowed):
    assert allowed(text="It helped me for three weeks.") == {"trust-returning", "publish-ham"}


@pytest.mark.parametrize(
    "text",
    [
        "See https://example.org/ for more.",
        "I found it on www.example.org by chance.",
        "Call me at (212) 555-0147.",
        "I paid $450 for one.",
        "It cost 300 dollars.",
        "They gave me 0.5 mg/kg.",
        "I take 40 mg a day.",
    ],
)
def test_links_phones_prices_and_doses_wait_unless_all_ham_is_published(allowed, text):
    assert allowed(text=text) == {"publish-ham"}


@pytest.mark.parametrize("name", ["Dr. Ann", "Nurse Bea", "CRPS Info", "The Moderator", "ann, MD"])
def test_who_sounds_like_staff_or_a_doctor_always_waits(allowed, name):
    assert allowed(author_name=name) == set()


def test_what_names_a_listed_doctor_always_waits(allowed):
    Doctor.objects.create(first_name="Jane", last_name="O'Neil", status="disputed")
    assert allowed(text="Dr. O'Neil was kind.") == set()


@pytest.mark.parametrize("lowered", [False, True])
@pytest.mark.parametrize("policy", POLICIES)
def test_a_flagged_comment_always_waits(settings, policy, lowered):
    settings.COMMENT_POLICY = policy
    comment = make_comment(status=Status.PENDING, writer=make_writer(approved=3))
    CrisisFlag.objects.create(comment=comment, kind="self-harm", list_version=1, lowered=lowered)
    assert not may_publish(comment)


@pytest.mark.parametrize(("policy", "appears"), [("trust-returning", False), ("publish-ham", True)])
def test_an_unknown_writer_appears_at_once_only_if_all_ham_does(settings, policy, appears):
    settings.COMMENT_POLICY = policy
    assert may_publish(make_comment(status=Status.PENDING)) == appears


@pytest.mark.parametrize(("policy", "appears"), [("trust-returning", False), ("publish-ham", True)])
def test_a_changed_text_of_a_trusted_writer_is_judged_as_an_unknown_ones(settings, policy, appears):
    settings.COMMENT_POLICY = policy
    comment = make_comment(status=Status.PENDING, writer=make_writer(approved=3))
    comment.edit("Ann", "Other words.")
    assert may_publish(comment) == appears


def test_a_new_version_is_judged_by_its_own_words(settings):
    settings.COMMENT_POLICY = "publish-ham"
    comment = make_comment()
    comment.edit("Dr. Ann", "A few words.")
    assert not may_publish(comment, comment.proposal)


# --- The setting --------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("key", ["", "a-key"])
def test_a_policy_that_publishes_needs_a_checker(settings, policy, key):
    settings.COMMENT_POLICY, settings.AKISMET_API_KEY = policy, key
    warned = [warning.id for warning in policy_needs_a_checker(None)]
    assert warned == ([] if key or policy == "hold-all" else ["crpsinfo.W001"])


@pytest.mark.one_database
@pytest.mark.parametrize("policy", POLICIES)
def test_the_environment_may_name_each_policy(policy):
    assert check(DEBUG="true", COMMENT_POLICY=policy, AKISMET_API_KEY="a-key")[0] == 0


@pytest.mark.parametrize("verdict", [Verdict.SPAM, Verdict.DISCARD])
def test_a_flagged_comment_waits_for_a_person_whatever_the_spam_filter_says(checker, verdict):
    comment = make_comment(status=Status.PENDING, due_at=timezone.now())
    CrisisFlag.objects.create(comment=comment, kind="self-harm", list_version=1)
    checker.will_say(verdict)
    work_off()
    comment.refresh_from_db()
    assert (comment.status, comment.verdict) == (Status.PENDING, verdict)
    assert comment in Comment.objects.for_a_person()


@pytest.mark.parametrize("values", [{"author_name": "cheap-pills.com"}, {"website": "https://example.org/"}])
def test_a_link_in_the_name_is_a_link(allowed, values):
    assert allowed(**values) == {"publish-ham"}


@pytest.mark.parametrize(
    ("text", "is_claim"),
    [
        ("I am a nurse, stop taking it.", True),
        ("I'm a retired nurse.", True),
        ("Speaking as a pain physician, yes.", True),
        ("I am one of the moderators here", True),
        ("My nurse was kind.", False),
        ("I am a patient, and so is Bo.", False),
    ],
)
def test_who_claims_in_the_text_to_be_a_doctor_is_read_first(text, is_claim):
    assert claims_authority("Ann", text) == is_claim
