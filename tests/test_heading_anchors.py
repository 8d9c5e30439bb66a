"""The addresses of the headings within a text."""

import pytest

from articles.markdown import render


@pytest.mark.parametrize(("text_format", "first"), [("markdown", 1), ("html", 2)])
def test_no_two_headings_have_the_same_anchor_however_they_are_called(text_format, first):
    titles = ["Same", "Same", "Same 1", "Same 2", "Same", "Other", "???", "!!!"]
    heading = "## {}\n\n" if text_format == "markdown" else "<h2>{}</h2>"
    names = [found["id"] for found in render("".join(map(heading.format, titles)), text_format).toc]
    assert names[:2] == ["same", f"same-{first}"]
    assert names[-2:] == ["section", f"section-{first}"]
    assert len(set(names)) == len(titles)


def test_thousands_of_headings_alike_are_numbered():
    """The square of it would take minutes."""
    toc = render("## Same\n\n" * 40_000).toc
    assert (toc[-1]["id"], len(toc)) == ("same-39999", 40_000)


def test_only_the_four_levels_that_readers_can_be_led_to_have_one():
    assert 'id="' not in render("##### Five\n").html
