"""The same thirty queries with the same hits on both databases, and that no text is an error on either."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crpsinfo import search as index
from crpsinfo.models import SearchEntry
from crpsinfo.search.index import known_words
from crpsinfo.search.kinds import kinds
from crpsinfo.search.query import COMMON, LONGEST, MOST_WORDS, read
from crpsinfo.search.results import find
from crpsinfo.search.snippets import LENGTH, marked, snippet
from crpsinfo.search.words import LONGEST_TEXT, stem, stems, words
from tests.directory_factories import make_listing, make_treatment
from tests.factories import make_article, make_comment

ARTICLES = {
    "ketamine": ("Ketamine infusions", "An infusion of ketamine takes 4 hours. Side effects: nausea, odd dreams."),
    "mirrors": ("Mirror therapy", "Graded motor imagery comes first. Hand pain may ease. It isn't for everybody."),
    "first": ("The first weeks", "CRPS-1 begins after an injury. See a doctor early.Then move the limb. 2.5 mg"),
    "chronic": ("慢性の痛み", "強い痛みがある手。CRPSで、ケタミンで治療する。"),
    "other": ("Über Schmerzen", "El niño, façade, Αθήνα, боль and 痛み: words of others. e-mail, U.S., can't"),
}
COMMENTS = {
    "ann": "The infusion helped my burning hand. I'm grateful!",
    "ben": "Nothing helped. Pain in hands and feet, not hand pain.",
    "carla": "Mirror mirror on the wall: hand-pain is less. боль",
    "dora": "手がとても痛い。",
    "long": "burning " * 300 + "odd ending",
}
DOCTORS = {
    "tester": {"last_name": "Tester", "specialty": "Pain medicine"},
    "nunez": {"last_name": "Núñez", "other_names": "O'Brien", "specialty": "Anesthesiology"},
}
QUERIES = {  # what is typed: what is found
    "ketamine": "ketamine tester nunez",  # both offer it
    "KETAMINE infusion": "ketamine tester nunez",
    "infusions": "ketamine ann tester nunez",
    "hand": "mirrors ann ben carla",
    "hands pain": "mirrors ben carla",
    '"hand pain"': "mirrors ben carla",
    '"pain hand"': "",
    "“hand pain” mirror": "mirrors carla",
    '"mirror mirror"': "carla",
    '"odd ending"': "long",
    '"odd burning"': "",
    '"burning odd"': "long",
    "odd": "ketamine long",
    'odd "dreams': "ketamine",
    "crps-1": "first",
    "crps 1": "first",
    "early then": "first",
    "2.5 mg": "first",
    "isnt": "mirrors",
    "isn’t for everybody": "mirrors",
    "uber": "other",
    "NINO facade": "other",
    "боль": "other carla",
    "αθηνα": "other",
    "痛み": "other chronic",
    "痛": "other chronic dora",
    "い痛": "chronic",  # within a run of characters, side by side
    "痛い": "dora",
    "痛 手": "chronic dora",
    '"手 痛い"': "",
    "慢性の痛み": "chronic",
    "慢性的痛": "",
    "crpsで": "chronic",
    "ｹﾀﾐﾝ": "chronic",
    "keta\u00admine dreams": "ketamine",
    "tester M.D.": "tester",
    "nunez": "nunez",
    "O'Brien anesthesiologist": "nunez",
    "obrien anesthesiology": "nunez",
    "pain medicine": "tester",
    "what is ketamine and how does it help": "",
    "the of and": "",
    "the": "first ann carla",
    'mirror OR NOT (hand) AND * NEAR "': "",
    "hand -pain": "mirrors ben carla",
    "nothing at pain": "ben",
}


@pytest.fixture
def names(db):
    """{(kind, key): name} of what there is."""
    there = {}
    for name, (title, body) in ARTICLES.items():
        there["article", make_article(title, body=f"{body}\n").pk] = name
    home = make_article("Home", body="Nobody\n")
    for name, text in COMMENTS.items():
        there["comment", make_comment(home, text=text).pk] = name
    index.refresh("comment", *(pk for kind, pk in there if kind == "comment"))
    drip = make_treatment("drip", name="Ketamine infusions")
    for name, facts in DOCTORS.items():
        there["doctor", make_listing(treatment=drip, **facts).doctor_id] = name
    return there


@pytest.mark.parametrize("typed", QUERIES)
def test_a_query_has_the_same_hits_on_both_databases(typed, names):
    query = read(typed)
    found = {names.get((kind, pk), "else") for kind in kinds() for pk in SearchEntry.objects.matching(query, kind)}
    assert found == set(QUERIES[typed].split())


def test_there_are_thirty_queries():
    assert len(QUERIES) >= 30


@pytest.mark.django_db
@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300))
def test_no_text_is_an_error(typed):
    assert not find(typed)


@settings(deadline=None)
@given(st.text(alphabet=" ab\"“”*()^:-+~<>|&!'\\%_?{}", max_size=60))
@pytest.mark.django_db
def test_nothing_is_an_operator(typed):
    assert not find(typed, exact=True)


@pytest.mark.django_db
@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=100))
def test_whatever_is_written_is_found_by_its_words(text):
    SearchEntry.objects.all().delete()
    SearchEntry.objects.create(kind="comment", object_id=1, title="", body=stems(text))
    query = read(" ".join(words(text)))
    assert SearchEntry.objects.matching(query, "comment") == ([1] if query else [])


@settings(deadline=None)
@given(st.text())
def test_words_are_letters_and_digits_alone(text):
    assert all(word.isalnum() for word in words(text))
    assert all(stem(word).isalnum() for word in words(text))


def test_a_query_is_cut_where_it_grows_too_long():
    assert len(read("ab " * 500).words) == 1
    assert len(read(" ".join(f"w{number}" for number in range(99))).terms) == MOST_WORDS
    assert len(str(read("x" * 999))) <= LONGEST


def test_common_words_are_left_out_unless_there_is_nothing_else_or_they_are_quoted():
    assert read("what is the pain").terms == (("pain",),)
    assert read("what is").terms == (("what",), ("is",))
    assert read('"what is" pain').terms == (("what", "is"), ("pain",))
    assert {word for common in COMMON for word in words(common)} == COMMON


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ('a"b c"d', (("b", "c"), ("d",))),
        ('pain "hand', (("pain",), ("hand",))),
        ('""', ()),
        ('"pain"', (("pain",),)),
        ("«hand pain»", (("hand", "pain"),)),
    ],
)
def test_quotes_hold_words_together_and_one_alone_is_none(typed, terms):
    assert read(typed).terms == terms


def test_an_endless_text_is_cut_at_a_word():
    line = stems("burning " * LONGEST_TEXT)
    assert len(line) <= LONGEST_TEXT + 2
    assert set(line.split()) == {"burn"}


@pytest.mark.django_db
def test_the_longest_texts_can_be_stored():
    letters = [chr(0x10400 + 40 + number) for number in range(40)]
    text = " ".join(a + b + c for a in letters for b in letters for c in letters)
    SearchEntry.objects.create(kind="comment", object_id=1, title="", body=stems(text))
    assert SearchEntry.objects.matching(read(letters[0] * 3), "comment") == [1]


def test_words_are_known_by_letters_alone():
    assert [facts["word"] for facts in known_words("Ketamine, 2.5mg in 2026 and pain; pain")] == ["ketamine", "pain"]


# --- Snippets -------------------------------------------------------------------------------------


def test_a_snippet_is_the_text_around_the_first_hit_cut_at_words():
    text = "before " * 100 + "ketamine infusions help " + "after " * 100
    shown = snippet(text, {"infus"})
    assert shown.startswith("…before ")
    assert "ketamine <mark>infusions</mark> help" in shown
    assert shown.endswith("after…")
    assert len(shown) < LENGTH + 30


def test_a_snippet_without_a_hit_is_the_beginning():
    assert snippet("Short text.", {"pain"}) == "Short text."


@settings(deadline=None)
@given(st.text(alphabet="ab<&>\"'. \n", max_size=400), st.sampled_from(["a", "b", "ab"]))
def test_a_snippet_is_sound_html_of_the_text(text, word):
    shown = snippet(text, {word})
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert shown.count("<mark>") == shown.count("</mark>")


def test_words_are_marked_as_they_are_written():
    assert (
        marked("O’Brien & Núñez, (niño)", {"obrien", "nino"}) == "<mark>O’Brien</mark> &amp; Núñez, (<mark>niño</mark>)"
    )


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("強い痛みがある。痛い", "痛み", "強い<mark>痛み</mark>がある。痛い"),
        ("痛み、痛", "痛", "<mark>痛</mark>み、<mark>痛</mark>"),
        ("CRPSが痛い", "crpsが", "<mark>CRPS</mark><mark>が</mark>痛い"),
        ("\u309f痛み", "痛み", "\u309f痛み"),  # one that folds into two characters
        ("keta\u00admine", "ketamine", "<mark>keta\u00admine</mark>"),
        ("強い痛み", "pain", "強い痛み"),
    ],
)
def test_what_has_no_spaces_is_marked_where_it_stands(text, typed, shown):
    assert marked(text, read(typed).stems) == shown


def test_a_query_is_shown_as_it_is_written():
    assert str(read('"hand pain" 痛み ketamine "手 痛い"')) == '"hand pain" 痛み ketamine 手痛い'


def test_stems_join_the_forms_of_a_word():
    assert stem("infusions") == stem("infusion") == stem("infused") == "infus"
