import pytest
from hypothesis import given
from hypothesis import strategies as st

from crpsinfo.folding import LOOKALIKES, fold, skeleton, strokes, visible


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("José O’Brien-Müller", "jose obrien muller"),
        ("  CAN'T\n\tbreathe ", "cant breathe"),
        ("Łódź", "lodz"),
        ("ＦＵＬＬ", "full"),
        ("𝐅𝐔𝐋𝐋", "full"),
        ("Ǽsop, Ǿre", "aesop ore"),
        ("well…then", "well then"),
        ("self-harm", "self harm"),
        ("?!", ""),
    ],
)
def test_folding_leaves_plain_words(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("Adm1n", "admin"),
        ("ADMlN", "admin"),
        ("adm|n", "admin"),
        ("@dmin", "admin"),
        ("4dmin", "admin"),
        ("Аdmin", "admin"),  # Cyrillic А
        ("αdmin", "admin"),  # Greek α
        ("ａｄｍｉｎ", "admin"),
        ("𝓪𝓭𝓶𝓲𝓷", "admin"),
        ("ᴀᴅᴍɪɴ", "admin"),
        ("🅐🅓🅜🅘🅝", "admin"),
        ("ad\u200bmin", "admin"),
        ("àdmîn", "admin"),
        ("mοderator", "moderator"),  # Greek ο
        ("rnoderator", "moderator"),
        ("m0d3ra7or", "moderator"),
        ("м𝚘deratοr", "moderator"),
        ("$taff", "staff"),
        ("5taff", "staff"),
        ("vvebmaster", "webmaster"),
        ("ΗΟΡΕ", "hope"),  # Greek capitals all through
        ("₳dmɨŋ", "admin"),
    ],
)
def test_what_looks_the_same_has_the_same_skeleton(disguised, plain):
    assert skeleton(disguised) == skeleton(plain)


@pytest.mark.parametrize(("one", "other"), [("Ann", "Amy"), ("Moderato", "moderator"), ("stuff", "staff"), ("", "a")])
def test_what_looks_different_has_another_skeleton(one, other):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize(("disguised", "plain"), [("Adm1n", "admln"), ("ΗΟΡΕ", "hope"), ("𝓪ll", "ail")])
def test_strokes_are_the_same_where_letters_look_the_same(disguised, plain):
    assert strokes(disguised) == strokes(plain)


@pytest.mark.parametrize(("one", "other"), [("burn", "bum"), ("porn", "pom"), ("savvy", "sawy")])
def test_strokes_keep_letters_apart_that_look_like_another_together(one, other):
    assert strokes(one) != strokes(other)
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("typed", "seen"), [("Ké\u200bt\u00ada\u0336", "Keta"), ("𝓚Ｅⓣ", "KEt"), ("Don’t!", "Don’t!"), ("К", "К")]
)
def test_what_is_visible_is_each_letter_in_its_plain_shape(typed, seen):
    assert visible(typed) == seen


def test_every_look_alike_stands_for_a_letter_that_is_not_itself():
    for row, latin in LOOKALIKES.items():
        assert len(row) == len(latin) == len(set(row))
        assert not set(row) & set(latin)
        assert latin.isascii()
        assert latin.isalpha()


@pytest.mark.parametrize("form", [fold, visible, strokes, skeleton])
@given(typed=st.one_of(st.text(), st.text(alphabet="".join(LOOKALIKES) + "ǽǾ𝐊ϒͺﬃ⒈Ｒrnｎvv. '")))
def test_folding_what_is_folded_changes_nothing(form, typed):
    assert form(form(typed)) == form(typed)


@given(st.text())
def test_whatever_is_typed_folding_gives_words_of_letters_and_digits(typed):
    for words in (fold(typed), strokes(typed), skeleton(typed)):
        assert words == " ".join(words.split())
        assert all(char.isalnum() or char == " " for char in words)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789 ", max_size=30))
def test_capitals_and_accents_never_matter(typed):
    accented = "".join(f"{char}\u0301" if char.isalpha() else char for char in typed)
    assert fold(typed) == fold(typed.upper()) == fold(accented)
    assert skeleton(typed) == skeleton(typed.upper()) == skeleton(accented)


@pytest.mark.parametrize("function", [fold, skeleton, strokes, visible])
@pytest.mark.parametrize("char", ["\ufdfa", "\ufdfb", "\u3300", "\u2a74", "\u00bd"])
def test_no_character_grows_into_many(function, char):
    assert len(function(char * 1000)) <= 6000
