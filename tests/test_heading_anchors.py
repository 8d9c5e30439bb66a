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


@pytest.mark.parametrize("begun", ["<h1>", "<h1 "])
def test_thousands_of_headings_that_nobody_ended_take_no_longer_than_others(begun):
    """The square of it would take minutes."""
    toc = render(f"{begun * 400_000}><h2>Ended</h2>", "html").toc
    assert [heading["id"] for heading in toc] == ["ended"]


def test_of_headings_within_each_other_the_inner_one_gets_an_anchor():
    rendered = render("<h2>Begun <h3>Whole</h3> words</h2>", "html")
    assert rendered.toc == [{"level": 3, "id": "whole", "title": "Whole"}]
    assert '<h3 id="whole">Whole</h3>' in rendered.html


def test_only_the_four_levels_that_readers_can_be_led_to_have_one():
    assert 'id="' not in render("##### Five\n").html
