"""The text of an article as the search shows it."""

import pytest

from crpsinfo.search.html import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("<p>keta<em>mine</em></p>", "ketamine"),
        ("<h2>Risks</h2><p>Some.</p>", "Risks – Some."),
        ("<p>Sixty<sup class='footnote-ref'><a href='#fn1'>[1]</a></sup> people</p>", "Sixty people"),
        ("<li>Source <a class='footnote-backref' href='#r1'>↩︎</a></li>", "Source"),
        ("<p>1 &lt; 2 &amp; more</p>", "1 < 2 & more"),
        ('<img alt="a > b" src="/x"><p>After', "After"),
        ("<p>H<sub>2</sub>O</p>", "H2O"),
        ("", ""),
    ],
)
def test_html_becomes_one_line_of_text(html, text):
    assert text_of(html) == text
