"""What is taken for a cry for help, by the lists that come with the project; and how the lists and flags are kept."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.template.loader import render_to_string
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comments.crisis import Hit, hit, judge, look
from comments.models import CrisisFlag, CrisisKind, CrisisList
from crpsinfo.phrases import find, read, trouble
from tests.factories import make_comment

MIGRATION = import_module("comments.migrations.0003_crisis_lists")
LISTS = {kind: CrisisList(kind=kind, phrases=phrases) for kind, phrases in MIGRATION.LISTS.items()}
SELF_HARM, EMERGENCY, LOWERING = CrisisKind.SELF_HARM, CrisisKind.EMERGENCY, CrisisKind.LOWERING


def found(text):
    return judge(text, LISTS)


def said(phrases, text):
    reading = read(text)
    return [reading.line[start:end] for start, end in find(phrases, reading)]


def make_lists(**phrases):
    for kind in CrisisKind:
        CrisisList.objects.filter(kind=kind).delete()
        CrisisList.objects.create(kind=kind, phrases=phrases.get(kind.name.lower(), ""))


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i just wanna die",
        "I don’t want to live like this anymore.",
        "I do not want to be alive when I am like this",
        "I can't go on like this, nobody helps",
        "Some nights I wish I was dead.",
        "Everybody would be better off without me",
        "I'd be better off dead",
        "there is no reason to live",
        "I'm thinking of ending it all",
        "I am going to end my life tonight",
        "I’ve been feeling suicidal since the spinal cord stimulator failed",
        "lately SUICIDE is all I think of",
        "thinking about unaliving myself",
        "unalive myself lol",
        "gonna kms",
        "I might k*ll myself",
        "thoughts of s*icide again",
        "I want to kill my self",
        "I've started to self-harm again",
        "I selfharm when it gets bad",
        "I hurt myself on purpose to feel something else",
        "I have been cutting myself",
        "I keep thinking about taking my own life",
        "thinking of taking all my pills, overdose on purpose",
        "going to swallow the whole bottle",
        "I pray to die every night",
        "I hope I don't wake up tomorrow",
        "I want to go to sleep and never wake up",
        "what is the point of living with this",
        "My husband wants to die and I don't know what to do",
        "My daughter says she wishes she was dead",
        "my mom keeps saying she's going to kill herself",
        "A friend here told me he doesn't want to live",
        "I have written my goodbye letters",
        "I can't do this anymore",
        "I was in the ER today and I want to kill myself",  # the past before "and" is another thought
        "i hurt my foot five years ago i want to die",
        "i used to love life now i want to die",
        "I'm not okay. I want to end it.",
        "I am not joking, I want to kill myself",
        "i can not take the pain i want to die",
        "I do not want to live",  # its own "not" is no denial
        "I was suicidal years ago. Today I want to die.",  # one thought of the past, one of now
        "I don't want to die but I can't live like this",
        "kill yourself",
        "My husband talks about ending his life",
        "I'm scared that I might hurt myself",
        "nobody would miss me",
    ],
)
def test_thoughts_of_suicide_or_self_harm_are_found(text):
    assert found(text) == Hit("self-harm", 1, lowered=False)


@pytest.mark.parametrize(
    "text",
    [
        "I can't breathe",
        "help i cant breath",
        "since the infusion I have trouble breathing right now what do I do",
        "My wife stopped breathing for a moment",
        "I have chest pain and a tingling arm",
        "there is a crushing pain in my chest",
        "He collapsed in the kitchen, what should I do",
        "my husband just collapsed",
        "She is unconscious!",
        "my son is not waking up",
        "I keep passing out",
        "He overdosed",
        "I took too many pills by mistake",
        "my mom is having a seizure now",
        "my throat is closing after the new medicine",
        "I think I'm having a heart attack",
        "He won’t wake up",
        "should I call 911?",
        "I feel like I'm dying",
        "I am so short of breath, is it the infusion?",
        "She's turning blue and not breathing",
    ],
)
def test_emergencies_are_found(text):
    assert found(text) == Hit("emergency", 1, lowered=False)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I am not suicidal, just tired of it all", SELF_HARM),
        ("I have never been suicidal", SELF_HARM),
        ("I don't want to die, I want the pain to stop", SELF_HARM),
        ("I used to want to die, and then I found this group", SELF_HARM),
        ("I was suicidal", SELF_HARM),
        ("I tried to kill myself years ago", SELF_HARM),
        ("Years ago I tried to kill myself", SELF_HARM),
        ("I wanted to die of embarrassment", SELF_HARM),
        ("In that first year I wanted to die.", SELF_HARM),
        ("I cut myself when I was a teenager", SELF_HARM),
        ("They call it the suicide disease", SELF_HARM),
        ("My brother died by suicide", SELF_HARM),
        ("My best friend killed herself", SELF_HARM),
        ("If anyone feels suicidal: call 988", SELF_HARM),
        ("I would never kill myself", SELF_HARM),
        ("I cut myself shaving and it set off a flare", SELF_HARM),
        ("I can't go on vacation with this foot", SELF_HARM),
        ("I shoot myself in the foot every time I overdo it; I would rather die than pace myself", SELF_HARM),
        ("I'm dying to know how your infusion went", EMERGENCY),
        ("I'm dying laughing", EMERGENCY),
        ("I passed out during my infusion", EMERGENCY),
        ("There was no chest pain", EMERGENCY),
        ("I almost passed out from the pain", EMERGENCY),
        ("Two years ago he overdosed", EMERGENCY),
        ("I couldn't breathe from laughing", EMERGENCY),
        ("If you have chest pain call 911", EMERGENCY),
        ("Chest pain is a side effect they warned me about", EMERGENCY),
    ],
)
def test_denial_past_and_figures_of_speech_lower_the_urgency_and_never_hide_the_help(text, kind):
    assert found(text) == Hit(kind.value, 1, lowered=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This pain is killing me",
        "My feet are killing me today",
        "I died laughing",
        "I nearly died of embarrassment when the nurse came in",
        "My phone died in the waiting room",
        "My grandmother died last year and I miss her",
        "my ketamine clinic is in Ohio",
        "Ketamine took my pain from a 9 to a 4",
        "I did five days in a row and slept well after",
        "The burning never stops",
        "It feels like my hand is on fire",
        "My foot turns blue and ice cold",
        "My foot is turning blue again",
        "My vein collapsed and they had to try the other arm",
        "the arch of my foot has collapsed",
        "I collapse into bed at eight every evening",
        "The pain takes my breath away",
        "Breathing exercises help me through a flare",
        "My sleep is awful and I wake up every hour",
        "I wake up in pain every morning",
        "I don't wake up rested",
        "The only way out of a flare is to wait",
        "I have to end the day early",
        "This is the end of my rope with this insurance company",
        "I want to dye my hair",
        "I want to diet but Lyrica makes me hungry",
        "I want to live, and to garden again",
        "I want to kill this disease",
        "My doctor said it is all in my head",
        "I hurt myself on the stairs and it spread to my knee",
        "I burned myself on the stove because I feel nothing there",
        "They cut me open twice for nothing",
        "The surgeon cut my wrist for carpal tunnel",
        "Cutting my dose in half worked for me",
        "He drove 40 kms to the hospital",
        "The walk is ten kms long",
        "I take all my pills with breakfast",
        "I ran out of pills",
        "An overdose of sunshine today",
        "Does anybody else shake during infusions?",
        "The nerve is dead, said the surgeon",
        "I'm dead tired",
        "I feel half dead after PT",
        "A deadline at work made it flare",
        "Dead end after dead end with doctors",
        "This treatment saved my life",
        "I gave up on that doctor",
        "I give up coffee on infusion days",
        "I can't take gabapentin, it makes me dizzy",
        "I can't walk anymore, I can't drive anymore",
        "I can't do this exercise",
        "The cold is murder on my hands",
        "It was a killer flare",
        "My husband carries me up the stairs",
        "I fainted once as a child",
        "My heart races during the drip, they watch it on a monitor",
        "I have a pain in my neck, my chest is fine",
        "My pain is unresponsive to opioids",
        "It is a subconscious fear of touch",
        "They put people in a coma in Germany",
        "I am so tired of doctors",
        "There is no point in arguing with them",
        "Hang in there",
        "Never give up",
        "You are not alone",
        "Stay safe, everybody",
        "I shot a video of my hand",
        "She was dropped by her pain clinic",
        "Do not overdo it",
        "I could not stand up for a week",
    ],
)
def test_everyday_talk_of_patients_is_not_taken_for_danger(text):
    assert found(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "I want\nto\r\n\r\ndie",
        "I want... to die!",
        "I want, to, die",
        "I wánt tö dìe",
        "I want to dieeeee",
        "I want too die",
        "I ｗａｎｔ to 𝐝𝐢𝐞",
        "I want\u00a0to\u200b die",
        "*I want to die*",
        "...end.I want to die.Nobody",
        "“I want to die”",
    ],
)
def test_how_it_is_written_does_not_matter(text):
    assert hit_in("want to die", text)


@pytest.mark.parametrize("apostrophe", ["'", "’", "‘", "`", "´", "ʼ", "′", "＇", ""])
def test_any_apostrophe_or_none_will_do(apostrophe):
    assert hit_in("can't breathe", f"I can{apostrophe}t breathe")


def hit_in(phrases, text):
    return bool(said(phrases, text))


def test_only_whole_words_are_found():
    assert said("end it all", "Send it all. We end it allways.") == []


def test_a_star_stands_for_any_ending():
    assert said("suicid*", "Suicide, suicidal, suicidality; no suicid-like, ecosuicide") == [
        "suicide",
        "suicidal",
        "suicidality",
        "suicid",
    ]


def test_a_star_in_the_middle_of_a_phrase_ends_its_word():
    assert said("want* to die", "wanted to die; want to die; wantonly to die; want so to die") == [
        "wanted to die",
        "want to die",
        "wantonly to die",
    ]


def test_the_longest_phrase_counts_and_others_may_begin_inside_it():
    assert said("end it\nend it all\nit all", "to end it all") == ["end it all", "it all"]


def test_a_doubled_letter_of_a_phrase_stays_one():
    assert said("kill*", "killed, killl, kilometers") == ["killed", "kill"]


@pytest.mark.parametrize("phrases", ["", "\n\n", "!!!"])
def test_a_list_without_words_finds_nothing(phrases):
    assert said(phrases, "I want to die") == []


def test_self_harm_outranks_an_emergency():
    assert found("I can't breathe and I want to die") == Hit("self-harm", 1, lowered=False)


def test_what_is_urgent_outranks_what_is_not():
    assert found("I was suicidal. I can't breathe!") == Hit("self-harm", 1, lowered=False)


@given(st.text(max_size=400))
def test_whatever_is_typed_gets_an_answer(typed):
    assert isinstance(found(typed), Hit | None)


@given(st.text(max_size=200), st.text(max_size=60))
def test_whatever_stands_in_a_list_gets_an_answer(phrases, text):
    assert isinstance(judge(text, {SELF_HARM: CrisisList(phrases=phrases)}), Hit | None)


@given(st.text(alphabet="abc defgh\n,", max_size=60))
def test_a_phrase_is_found_in_whatever_surrounds_it(around):
    assert found(f"{around} I want to die {around}")


@pytest.mark.parametrize("kind", LISTS)
def test_the_lists_that_come_with_the_project_are_valid(kind):
    LISTS[kind].clean()
    lines = LISTS[kind].lines()
    assert len(lines) == len(set(lines)) > 100


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("ab", "at least 3 letters"),
        ("12345", "at least 3 letters"),
        ("a" * 81, "at most 80"),
        ("sui*cide", "end of a word"),
        ("*suicide", "end of a word"),
        ("want * die", "3 letters before"),
        ("to* die now", "3 letters before"),
    ],
)
def test_a_line_that_would_find_too_much_is_refused_by_name(line, wrong):
    assert wrong in trouble(line)
    with pytest.raises(ValidationError, match=wrong) as refusal:
        CrisisList(kind=SELF_HARM, phrases=f"want to die\n{line}").clean()
    assert f"“{line}”" in refusal.value.messages[0]


def test_a_list_that_is_too_long_is_refused():
    with pytest.raises(ValidationError, match="301 lines"):
        CrisisList(kind=SELF_HARM, phrases="\n".join(f"phrase {number}" for number in range(301))).clean()


@pytest.fixture
def then(db):
    """The models as they were when the migration ran, and no lists."""
    CrisisList.objects.all().delete()
    CrisisList.history.all().delete()
    return MigrationLoader(connection).project_state(("comments", "0002_writers_reports_and_mails")).apps


def test_the_lists_come_with_a_first_version_that_can_be_brought_back(then):
    MIGRATION.add(then, None)
    assert {row.kind: row.phrases for row in CrisisList.objects.all()} == MIGRATION.LISTS
    for row in CrisisList.objects.all():
        assert row.history.get().instance.phrases == row.phrases


def test_the_migration_leaves_what_somebody_wrote(then):
    CrisisList.objects.create(kind=LOWERING, phrases="my own words")
    MIGRATION.add(then, None)
    MIGRATION.remove_unchanged(then, None)
    assert [(row.kind, row.phrases) for row in CrisisList.objects.all()] == [(LOWERING, "my own words")]
    assert CrisisList.history.count() == 1


@pytest.mark.django_db
def test_looking_takes_one_query(django_assert_num_queries):
    make_lists(self_harm="want to die", lowering="used to")
    with django_assert_num_queries(1):
        assert look("I want to die") == Hit("self-harm", 1, lowered=False)


@pytest.mark.django_db
def test_no_lists_find_nothing():
    CrisisList.objects.all().delete()
    assert not hit("I want to die")


@pytest.mark.django_db
def test_a_change_of_a_list_counts_at_once_and_makes_a_version():
    make_lists(self_harm="want to die")
    assert not hit("I am done")
    phrases = CrisisList.objects.get(kind=SELF_HARM)
    phrases.phrases = "want to die\r\n\r\n  I am done \r\n"
    phrases.save()
    assert look("I am done") == Hit("self-harm", 2, lowered=False)
    phrases.refresh_from_db()
    assert phrases.phrases == "want to die\nI am done"


@pytest.mark.django_db
def test_saving_the_same_phrases_makes_no_version():
    make_lists(self_harm="want to die")
    phrases = CrisisList.objects.get(kind=SELF_HARM)
    phrases.phrases = "want to die\r\n"
    phrases.save(update_fields=["phrases"])
    phrases.refresh_from_db()
    assert (phrases.phrases, phrases.version) == ("want to die", 1)


@pytest.mark.django_db
def test_an_old_version_can_be_brought_back_and_is_a_new_one():
    make_lists(self_harm="want to die")
    phrases = CrisisList.objects.get(kind=SELF_HARM)
    phrases.phrases = "something else"
    phrases.save()
    phrases.history.get(phrases="want to die").instance.save()
    phrases.refresh_from_db()
    assert (phrases.phrases, phrases.version) == ("want to die", 3)


@pytest.mark.django_db
def test_a_flag_is_raised_once_and_keeps_what_is_graver():
    comment = make_comment()
    CrisisFlag.objects.raise_for(comment, Hit("emergency", 4, lowered=True))
    CrisisFlag.objects.raise_for(comment, Hit("self-harm", 2, lowered=True))
    flag = CrisisFlag.objects.raise_for(comment, Hit("emergency", 5, lowered=False))
    flag.refresh_from_db()
    assert (flag.kind, flag.list_version, flag.lowered) == ("self-harm", 2, False)
    assert comment.crisis_flag == flag


@pytest.mark.django_db
def test_an_urgent_flag_is_not_lowered_by_a_later_text():
    comment = make_comment()
    CrisisFlag.objects.raise_for(comment, Hit("self-harm", 1, lowered=False))
    flag = CrisisFlag.objects.raise_for(comment, Hit("self-harm", 3, lowered=True))
    assert (flag.list_version, flag.lowered) == (3, False)


@pytest.mark.django_db
def test_flags_are_over_after_their_days_counted_from_the_last_time():
    old, again = (CrisisFlag.objects.raise_for(make_comment(), Hit("self-harm", 1, lowered=False)) for _ in range(2))
    CrisisFlag.objects.update(flagged_at=timezone.now() - timedelta(days=31))
    CrisisFlag.objects.raise_for(again.comment, Hit("self-harm", 1, lowered=False))
    assert list(CrisisFlag.objects.over(30)) == [old]
    assert not CrisisFlag.objects.over(32).exists()


def test_the_panel_leads_to_every_help_with_one_tap():
    panel = render_to_string("includes/_help_now.html")
    for address in ("tel:988", "sms:988", "https://988lifeline.org/", "tel:911"):
        assert f'href="{address}"' in panel
    for words in ("Veterans", "press 1", "local emergency number", "Nobody watches this site live"):
        assert words in panel
    assert 'role="region"' in panel
    assert "<h2" in panel


def test_the_panels_heading_has_the_level_that_the_page_needs():
    assert "<h3" in render_to_string("includes/_help_now.html", {"level": 3})
