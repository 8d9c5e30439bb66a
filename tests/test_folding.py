import pytest
from hypothesis import given
from hypothesis import strategies as st

from crpsinfo.folding import LOOKALIKES, fold, skeleton


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("José O’Brien-Müller", "jose obrien muller"),
        ("  CAN'T\n\tbreathe ", "cant breathe"),
        ("Łódź", "lodz"),
        ("ＦＵＬＬ", "full"),
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
    ],
)
def test_what_looks_the_same_has_the_same_skeleton(disguised, plain):
    assert skeleton(disguised) == skeleton(plain)


@pytest.mark.parametrize(("one", "other"), [("Ann", "Amy"), ("Moderato", "moderator"), ("stuff", "staff"), ("", "a")])
def test_what_looks_different_has_another_skeleton(one, other):
    assert skeleton(one) != skeleton(other)


def test_every_look_alike_stands_for_a_letter_that_is_not_itself():
    for row, latin in LOOKALIKES.items():
        assert len(row) == len(latin) == len(set(row))
        assert not set(row) & set(latin)
        assert latin.isascii()
        assert latin.isalpha()


@given(st.text())
def test_whatever_is_typed_folding_gives_words_of_letters_and_digits(typed):
    for words in (fold(typed), skeleton(typed)):
        assert words == " ".join(words.split())
        assert all(char.isalnum() or char == " " for char in words)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789 ", max_size=30))
def test_capitals_and_accents_never_matter(typed):
    accented = "".join(f"{char}\u0301" if char.isalpha() else char for char in typed)
    assert fold(typed) == fold(typed.upper()) == fold(accented)
    assert skeleton(typed) == skeleton(typed.upper()) == skeleton(accented)
