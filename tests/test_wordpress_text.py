"""The texts of WordPress as ours."""

import pytest

from articles.markdown import render
from articles.models import Format
from articles.wordpress.counts import MOST, OTHERS
from articles.wordpress.shortcodes import without_shortcodes
from articles.wordpress.text import LONGEST, MOST_PARTS, NEVER_SHOWN, TooMuch, beginning, converted
from comments.wordpress.text import plain

BASE = "https://old.example/2014/03/slug/"


def markdown(html):
    text = converted(html, BASE)
    assert text.text_format == Format.MARKDOWN, text.body
    return text.body


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("One\ntwo\n\nThree", "One\\\ntwo\n\nThree\n"),
        ("<p>One <b>two</b> <i>three</i></p>", "One **two** *three*\n"),
        ("<h1>Top</h1>x<h2>Below</h2>y", "## Top\n\nx\n\n### Below\n\ny\n"),
        ("<h4>Top</h4>x<h6>Below</h6>y", "## Top\n\nx\n\n#### Below\n\ny\n"),
        ("<ul>\n<li>a<ol><li>b</li></ol></li>\n<li>c</li>\n</ul>", "- a\n  1. b\n- c\n"),
        ('<a href="/x/?a=1&amp;b=2">here</a>', "[here](https://old.example/x/?a=1&b=2)\n"),
        ('<a href="x (1).pdf">here</a>', "[here](https://old.example/2014/03/slug/x%20%281%29.pdf)\n"),
        ("<blockquote>Said\n\nso</blockquote>", "> Said\n>\n> so\n"),
        ("<pre>a\n  *b*</pre>", "```\na\n  *b*\n```\n"),
        ("a<hr>b", "a\n\n---\n\nb\n"),
        ("5 * 3, [note], snake_case, `x` &lt;b&gt;", "5 \\* 3, \\[note\\], snake_case, \\`x\\` \\<b>\n"),
        ("# no\n- list\n1. here", "\\# no\\\n\\- list\\\n1\\. here\n"),
        ("https://youtu.be/abc", "<https://youtu.be/abc>\n"),
        ("<table><tr><th>A</th></tr><tr><td>1|2</td></tr></table>", "| A |\n| --- |\n| 1\\|2 |\n"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html, expected):
    assert markdown(html) == expected


def test_blocks_lose_their_marks_and_the_ends_of_lines_in_them_mean_nothing():
    html = '<!-- wp:paragraph {"a":1} -->\n<p>One\ntwo</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:spacer /-->'
    assert markdown(html) == "One\ntwo\n"


def test_an_image_becomes_a_link_and_its_caption_words():
    html = '<figure><img src="/a.png" alt="A hand"/><figcaption>How it <em>looks</em></figcaption></figure>'
    text = converted(html, BASE)
    assert text.body == "[A hand](https://old.example/a.png) *How it looks*\n"
    assert text.files == ["https://old.example/a.png"]


def test_an_image_with_a_link_leaves_the_link():
    text = converted(
        '[caption id="a" width="9"]<a href="/big.png"><img src="/a.png" alt=""/></a> Words[/caption]', BASE
    )
    assert text.body == "[a.png](https://old.example/big.png) Words\n"


def test_all_that_a_text_has_from_the_media_library_is_listed():
    library = "https://old.example/wp-content/uploads"
    html = '<a href="/wp-content/uploads/guide.pdf">Guide</a> <a href="/other/">Other</a> <img src="/logo.png" alt="">'
    html += '<a href="/wp-content/uploads/b ig.png"><img src="/wp-content/uploads/small.png"></a>'
    html += f'[video src="x"]<video><source src="{library}/a.mp4"></video><a href="{library}/guide.pdf">Again</a>'
    assert converted(html, BASE).files == [
        f"{library}/guide.pdf",
        "https://old.example/logo.png",
        f"{library}/b ig.png",
        f"{library}/small.png",
        f"{library}/a.mp4",
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<object data="/wp-content/uploads/a.swf"></object>',
        '<video poster="/wp-content/uploads/a.swf"></video>',
        '<!-- wp:cover {"url":"https://old.example\\/wp-content\\/uploads\\/a.swf","id":7} --><div>x</div>',
    ],
)
def test_files_are_listed_that_stand_where_nothing_is_kept_of(html):
    assert converted(html, BASE).files == ["https://old.example/wp-content/uploads/a.swf"]


@pytest.mark.parametrize(
    ("shortcode", "linked", "files"),
    [
        ('[audio mp3="https://old.example/a.mp3"][/audio]', "https://old.example/a.mp3", 1),
        (
            "[video poster='https://old.example/a.png' mp4='https://old.example/a.mp4']",
            "https://old.example/a.mp4",
            2,
        ),
    ],
)
def test_what_was_played_becomes_a_link_and_its_files_are_listed(shortcode, linked, files):
    text = converted(f"Before.\n\n{shortcode}", BASE)
    assert text.body == f"Before.\n\n<{linked}>\n"
    assert (text.files[0], len(text.files)) == (linked, files)


def test_what_is_there_for_browsers_without_scripts_comes():
    text = converted('One <noscript class="x"><img src="/a.png" alt="A hand"></noscript>', BASE)
    assert (text.body, text.files) == ("One [A hand](https://old.example/a.png)\n", ["https://old.example/a.png"])


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<table><tr><td colspan="2">a</td></tr><tr><td>b</td><td>c</td></tr></table>', '<td colspan="2">'),
        ("<table><tr><td>no headings</td></tr></table>", "<td>"),
        ("<table><tr><th>a</th></tr><tr><td><ul><li>b</li></ul></td></tr></table>", "<li>"),
        ("<table><tr><th><table><tr><td>a</td></tr></table></th></tr></table>", "<table>"),
        ("H<sub>2</sub>O and m<sup>2</sup>", "<sub>2</sub>"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "<dt>a</dt>"),
        ("<strike>gone</strike>", "<del>gone</del>"),
        ('<abbr title="Physical therapy">PT</abbr>', '<abbr title="Physical therapy">PT</abbr>'),
        ("<b>Note:</b>read this", "<strong>Note:</strong>read"),
        ('<a href="#fn">1</a><p id="fn">Note</p>', '<a href="#wp-fn">1</a>'),
        ("points (a), (b) and (c)", "and (c)"),
    ],
)
def test_what_markdown_cannot_say_is_kept_as_html(html, kept):
    text = converted(html, BASE)
    assert text.text_format == Format.HTML
    assert kept in text.body


HARM = """<script>alert(1)</script><style>p{color:red}</style>
<p onclick="alert(1)" style="x">Fine <a href="javascript:alert(1)">one</a> <a href=" JaVaScRiPt:alert(1)">two</a></p>
<img src=x onerror=alert(1)><svg onload=alert(1)><a href="data:text/html,<script>alert(1)</script>">three</a></svg>
<iframe src="javascript:alert(1)"></iframe><form action="/x"><input name=a><button>b</button></form>
&lt;script&gt;alert(1)&lt;/script&gt; <math><mtext><script>alert(1)</script></mtext></math> H<sub>2</sub>O"""


@pytest.mark.parametrize("html", [HARM, HARM.replace("<sub>2</sub>", "")])
def test_nothing_that_runs_survives(html):
    text = converted(html, BASE)
    for shown in (render(text.body, text.text_format).html, text.body if text.text_format == "html" else ""):
        for harm in (
            "<script",
            "<style",
            "<iframe",
            "<svg",
            "<form",
            "<input",
            "<img",
            'href="javascript',
            'href="data',
            " onclick",
        ):
            assert harm not in shown
    assert "Fine" in text.body


def test_what_was_dropped_is_told():
    dropped = converted(HARM + "[gallery ids='1'][form id=2]x[/form][sic]", BASE).dropped
    assert (dropped["script"], dropped["style"], dropped["iframe"], dropped["form"]) == (3, 1, 1, 1)
    assert (dropped["svg"], dropped["math"], dropped["input"], dropped["button"]) == (1, 1, 1, 1)
    assert (dropped["[gallery]"], dropped["[form]"], dropped["[sic]"]) == (1, 1, 0)


def test_of_what_was_dropped_only_so_many_names_are_kept():
    shortcodes = "".join(f"[s{number} a=]" for number in range(MOST))
    dropped = converted(f"{shortcodes}[gallery][form a=][s1 a=]<script>x</script>", BASE).dropped
    assert (dropped["[s1]"], dropped["[gallery]"], dropped[OTHERS], len(dropped)) == (2, 0, 3, MOST + 1)


@pytest.mark.parametrize("name", sorted(NEVER_SHOWN))
def test_nothing_that_readers_do_not_get_goes_untold(name):
    text = converted(f"Fine <{name}>Call us at 555</{name}>", BASE)
    assert (text.body, text.dropped[name]) == ("Fine\n", 1)


def test_a_frame_becomes_a_link_to_what_it_showed():
    text = converted('<iframe src="https://video.example/1" title="A talk"></iframe>', BASE)
    assert (text.body, text.dropped["iframe"]) == ("[A talk](https://video.example/1)\n", 1)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("[box color='red']kept[/box]", "kept"),
        ("a\n[toc]\nb", "a\n\nb"),
        ("he said [sic] so [citation needed]", "he said [sic] so [citation needed]"),
        ("[[gallery]]", "[gallery]"),
        ("[caption a='1']x[/caption]", "<figure>x</figure>"),
        ("[video src=a.mp4]", ""),
    ],
)
def test_shortcodes_are_taken_out_and_what_is_between_them_stays(html, expected):
    assert without_shortcodes(html)[0] == expected


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("x" * (LONGEST + 1), "characters"),
        ("<br>" * (MOST_PARTS + 1), "tags and lines"),
        ("<i>a</i>" * 100_000, "tags and lines"),
        ("x\n" * (MOST_PARTS + 1), "tags and lines"),
        ("[caption]x[/caption]" * MOST_PARTS, "tags and lines"),
        ("[gallery]" * (LONGEST // 9 + 1), "characters"),
        ("<blockquote>" * 1000 + "x", "deep"),
        ("<div>" * (MOST_PARTS - 1), "deep"),
        ("<b>" * (MOST_PARTS - 1), "deep"),
    ],
)
def test_what_would_take_too_long_is_refused(html, why):
    with pytest.raises(TooMuch, match=why):
        converted(html, BASE)


def test_much_that_takes_no_time_comes():
    """The square of it would end tomorrow."""
    spaces = " " * 400_000
    assert markdown(f"a{spaces}b\nc") == "a b\\\nc\n"
    assert markdown(f"<pre>a{spaces}b</pre>") == "```\na b\n```\n"
    assert markdown("<p>a" + f"{' ' * 200}<i></i>" * 2000 + "b") == "a b\n"
    assert markdown("<pre>a" + f"{' ' * 200}<br>" * 2000 + "b").startswith("```\na")
    assert not without_shortcodes("\n" * LONGEST)[1]
    assert converted("\"' " * 200_000, BASE).body.count('"') == 200_000


def test_ends_of_lines_are_without_spaces():
    assert markdown("One \t\ntwo   \n   three") == "One\\\ntwo\\\nthree\n"


def test_the_beginning_of_a_text_ends_with_a_sentence_or_a_word():
    assert beginning("One. Two! Three four five", 12) == "One. Two!"
    assert beginning("One two three", 10) == "One two…"
    assert beginning("Short", 10) == "Short"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("One\n\nTwo &amp; &lt;b&gt;", "One\n\nTwo & <b>"),
        ("<p>One<br />\ntwo</p><p>Three</p>", "One\ntwo\n\nThree"),
        ('See <a href="https://a.example/x" rel="nofollow">this</a>', "See this (https://a.example/x)"),
        ('<a href="http://a.example/">http://a.example</a>', "http://a.example"),
        ('<a href="javascript:alert(1)">click</a><script>alert(1)</script>', "click"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<img src=x onerror=alert(1)>", ""),
        ("\u202e \u200b", ""),
        ("1 < 2", "1 < 2"),
    ],
)
def test_a_comment_becomes_plain_text(html, expected):
    assert plain(html) == expected


@pytest.mark.parametrize(
    "shortcode",
    [
        "[youtube https://youtu.example/x]",
        "[youtube=https://youtu.example/x]",
        'Look: [vimeo url="https://youtu.example/x"]',
    ],
)
def test_what_a_shortcode_shows_from_elsewhere_is_a_link(shortcode):
    text = converted(f"<p>Before.</p>\n\n{shortcode}\n\n<p>After.</p>", "https://old.example/p/")
    assert "https://youtu.example/x" in text.body
    assert not {"[youtube", "[vimeo"} & set(text.body.split())
    assert "youtu" not in text.plain


def test_a_summary_says_nothing_twice():
    assert converted("<ul><li>One<ul><li>Nested</li></ul></li><li>Two</li></ul>", "").plain == "Nested Two"
