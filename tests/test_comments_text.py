import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.text import to_html
from crpsinfo.typed import clean, clean_line


def test_an_empty_line_makes_a_paragraph_and_a_line_end_a_break():
    assert to_html("One\ntwo\n\nthree") == "<p>One<br>\ntwo</p>\n<p>three</p>"


def test_markup_is_shown_as_it_was_typed():
    assert to_html("<b>&") == "<p>&lt;b&gt;&amp;</p>"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("see https://example.org/a.", "https://example.org/a"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://example.org/?a=1&b=2", "https://example.org/?a=1&amp;b=2"),
        ('https://example.org/"onmouseover="x', "https://example.org/"),
    ],
)
def test_addresses_become_links_without_weight(typed, address):
    assert f'<a href="{address}" rel="ugc nofollow noopener">' in to_html(typed)


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "www.example.org", "ann@example.org", "data:text/html,x"])
def test_nothing_else_becomes_a_link(typed):
    assert "<a" not in to_html(typed)


def test_a_long_address_is_shown_short_and_linked_whole():
    address = "https://example.org/" + "a" * 200
    html = to_html(address)
    assert f'href="{address}"' in html
    assert "a" * 100 + "<" not in html


def test_cleaning_takes_control_and_direction_characters_out():
    assert clean("a\x00b\u202ec\r\nd\x07 \n\n\n\ne ") == "abc\nd\n\ne"


@pytest.mark.parametrize("typed", ["\u200b", "\u3164 \u2800", "\u0301", "\ue000", "\n\t "])
def test_what_nobody_can_see_is_nothing(typed):
    assert clean(typed) == ""


def test_what_no_feed_may_hold_is_taken_out_and_new_emoji_stay():
    assert clean("a\ufffe\uffff\ufdd0b \U0001fae9") == "ab \U0001fae9"


def test_a_name_is_one_line():
    assert clean_line("  Ann\n of\tGreen ") == "Ann of Green"


@given(st.text(max_size=300))
def test_whatever_is_typed_cleaning_twice_is_cleaning_once_and_html_is_escaped(typed):
    text = clean(typed)
    assert clean(text) == text
    assert "<script" not in to_html("<script>" + text)


def test_accents_do_not_pile_up_over_the_lines_above():
    assert clean("a" + "\u0301" * 3000 + "b") == "a" + "\u0301" * 4 + "b"
    assert clean("Việt, e\u0323\u0302\u0301") == "Việt, e\u0323\u0302\u0301"
