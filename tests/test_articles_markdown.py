import pytest

from articles.markdown import CALLOUTS, MOST_QUOTES, render, word_count


def test_headings_get_anchors_and_make_the_table_of_contents():
    rendered = render("## First thing\n\n### A *part*\n\n#### Too deep\n")
    assert '<h2 id="first-thing">First thing</h2>' in rendered.html
    assert rendered.toc == [
        {"level": 2, "id": "first-thing", "title": "First thing"},
        {"level": 3, "id": "a-part", "title": "A part"},
    ]


def test_a_heading_of_level_1_becomes_level_2():
    assert "<h1" not in render("# Big\n").html


def test_two_headings_alike_get_different_anchors():
    ids = [heading["id"] for heading in render("## Same\n\n## Same\n").toc]
    assert len(set(ids)) == 2


def test_a_heading_never_takes_an_anchor_of_the_page_around_it():
    rendered = render("## References\n\n## Comments\n\nText[^a].\n\n[^a]: Paper.\n")
    assert [heading["id"] for heading in rendered.toc] == ["references-section", "comments-section", "references"]


def test_footnotes_become_numbered_references_with_links_both_ways():
    html = render("One[^a] two[^b] again[^a].\n\n[^a]: Paper A.\n[^b]: Paper B.\n").html
    assert html.count('href="#ref-1"') == 2
    assert 'id="ref-1"' in html
    assert 'id="ref-2"' in html
    for back in ("#cite-1-1", "#cite-1-2", "#cite-2-1"):
        assert f'href="{back}"' in html
        assert f'id="{back[1:]}"' in html


def test_references_stand_in_the_table_of_contents():
    assert render("One[^a].\n\n[^a]: Paper A.\n").toc[-1]["id"] == "references"
    assert render("None.\n").toc == []


@pytest.mark.parametrize("kind", CALLOUTS)
def test_callouts_say_in_words_what_they_are(kind):
    html = render(f"::: {kind}\nWords.\n:::\n").html
    assert f'<aside class="callout callout-{kind}" aria-labelledby="callout-1">' in html
    assert f'<p class="callout-title" id="callout-1">{CALLOUTS[kind]}</p>' in html


def test_a_callout_can_have_a_title_of_its_own():
    html = render("::: warning Before <you> drive\nWait.\n:::\n\n::: warning\nRest.\n:::\n\n## Callout 1").html
    assert '<p class="callout-title" id="callout-1">Before &lt;you&gt; drive</p>' in html
    assert '<p class="callout-title" id="callout-2">Take care</p>' in html
    assert html.count('id="callout-1"') == 1


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "![x](https://tracker.example/pixel.gif)",
        '<a href="https://e.org" style="position:fixed">x</a>',
        "[x](data:text/html;base64,AAAA)",
    ],
)
def test_nothing_dangerous_survives(evil):
    html = render(evil).html
    for bad in ("<script", "<img", '<a href="javascript', '<a href="data', 'style="position'):
        assert bad not in html


def test_quotes_become_curly_but_not_where_there_is_little_else():
    assert "“so” it’s" in render('"so" it\'s\n').html
    assert "“" not in render('"so" ' * MOST_QUOTES).html


def test_tables_can_be_scrolled_by_keyboard():
    html = render("| A | B |\n|---|---|\n| 1 | 2 |\n").html
    assert 'tabindex="0"' in html
    assert '<th scope="col">A</th>' in html


def test_word_count_leaves_references_and_addresses_out():
    assert word_count(render("Two [words](https://example.org/a/b)[^x].\n\n[^x]: A long reference.\n").html) == 2


def test_headings_of_kept_html_get_anchors_and_make_the_table_of_contents():
    rendered = render("<h1>A &amp; B</h1><h3>Same</h3><h3>S<em>am</em>e</h3><h2 onclick='x()'>References</h2>", "html")
    assert [(heading["level"], heading["id"]) for heading in rendered.toc] == [
        (2, "a-b"),
        (3, "same"),
        (3, "same-2"),
        (2, "references-section"),
    ]
    assert rendered.html.startswith('<h2 id="a-b">A &amp; B</h2>')
    assert "onclick" not in rendered.html


def test_a_list_of_effects_can_stand_in_columns():
    assert '<div class="effects">\n<ul>' in render("::: effects\n- nausea\n- sleep\n:::\n").html


@pytest.mark.parametrize(
    "kept",
    ['<table><tbody><tr><td colspan="2">A</td></tr></tbody></table>', '<abbr title="Physical therapy">PT</abbr>'],
)
def test_kept_html_keeps_what_cells_span_and_abbreviations_stand_for(kept):
    assert kept in render(kept, "html").html
    assert render(kept.replace(" ", ' style="x" ', 1), "html").html == render(kept, "html").html
