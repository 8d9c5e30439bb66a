"""The reader of export files: encodings, damage, and files that mean harm."""

import gzip
import io
import tracemalloc

import pytest

from articles.wordpress.decoding import Pieces, Unreadable, opened
from articles.wordpress.numbers import Numbers
from articles.wordpress.records import LONGEST_NAME, Author, Comment, Post, Site, Term, TooLong, moment, number
from articles.wordpress.wxr import LONGEST_OF_HEAD, LONGEST_TEXT, LONGEST_TOKEN, read
from tests.wordpress import HEAD, TAIL, author, category, comment, export, post, term

START = HEAD.format(encoding="UTF-8")


def records(data):
    return list(read(Pieces(io.BytesIO(data))))


def posts(text, encoding="utf-8"):
    return [record for record in records(text.encode(encoding)) if isinstance(record, Post)]


def test_a_file_is_read_into_its_parts():
    items = [author("ann", "Ann S."), category(3, "pain", "Pain"), post(7, comments=comment(5, "Hello", parent=4))]
    someone, pain, site, found = records(export(*items).encode())
    assert (someone, pain) == (Author("ann", "Ann S."), Term("category", "pain", "Pain", 3))
    assert site == Site("Our old site", "https://old.example")
    assert (found.number, found.title, found.slug, found.content) == (7, "A post", "post-7", "Some words.")
    [reply] = found.comments
    assert isinstance(reply, Comment)
    assert (reply.number, reply.parent, reply.text, reply.at.isoformat()) == (
        5,
        4,
        "Hello",
        "2014-03-06T10:00:00+00:00",
    )


def test_categories_and_tags_of_a_post_are_read_once_also_where_they_are_listed_twice():
    twice = "<category><![CDATA[Pain]]></category>" + 2 * term("pain", "Pain")
    [found] = posts(export(post(terms=twice + term("ice", "Ice", "tag") + term("x", "X", "post_format"))))
    assert found.terms == (Term("category", "pain", "Pain"), Term("tag", "ice", "Ice"))


@pytest.mark.parametrize(
    ("declared", "real"),
    [("UTF-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("windows-1252", "cp1252"), ("ISO-8859-1", "cp1252")]
    + [
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
        ("utf-16", "utf-8"),
        ("KOI8-U", "utf-16"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_has(declared, real):
    [found] = posts(export(post(title="Café – “warm”"), encoding=declared), real)
    assert found.title == "Café – “warm”"


def test_other_alphabets_are_read():
    assert posts(export(post(title="Боль"), encoding="windows-1251"), "cp1251")[0].title == "Боль"
    assert posts(export(post(title="痛み"), encoding="Shift_JIS"), "shift_jis")[0].title == "痛み"


def test_a_character_that_two_blocks_share_is_read(monkeypatch):
    monkeypatch.setattr("articles.wordpress.decoding.BLOCK", 7)
    assert posts(export(post(title="Café &nbsp;– 痛み 😀 &#1; end")))[0].title == "Café \xa0– 痛み 😀  end"


def test_wrong_bytes_are_replaced_and_counted():
    pieces = Pieces(io.BytesIO(export(post(title="Caf~")).encode().replace(b"~", b"\xe9")))
    assert [record.title for record in read(pieces)] == ["Our old site", "Caf\ufffd"]
    assert pieces.unreadable == 1


def test_characters_that_xml_forbids_are_left_out_and_counted():
    pieces = Pieces(io.BytesIO(export(post(title="A\x08B\x0bC&#0;D\ufffe")).encode()))
    assert [record.title for record in read(pieces)][1] == "ABCD"
    assert pieces.forbidden == 4


def test_references_of_html_are_understood_outside_of_cdata():
    item = post().replace(
        "<title><![CDATA[A post]]></title>", "<title>A&nbsp;&eacute; &amp;lt; &unknown; &#233;</title>"
    )
    assert posts(export(item))[0].title == "A\xa0é &lt; &unknown; é"


@pytest.mark.parametrize("name", ["rot13", "zip", "unicode_escape", "punycode", "no-such-thing", "utf-7", "hex"])
def test_an_encoding_that_is_none_of_text_is_refused(name):
    with pytest.raises(Unreadable, match="encoding"):
        records(export(post(), encoding=name).encode())


def test_a_packed_file_is_read(tmp_path):
    path, seen = tmp_path / "export.xml.gz", []
    path.write_bytes(gzip.compress(export(post()).encode()))
    with opened(path, lambda done, total: seen.append((done, total))) as pieces:
        assert len(list(read(pieces))) == 2
    assert seen[-1] == (path.stat().st_size,) * 2


def test_a_packed_file_that_is_cut_off_is_refused(tmp_path):
    path = tmp_path / "export.xml.gz"
    path.write_bytes(gzip.compress(export(post()).encode())[:-20])
    with opened(path) as pieces, pytest.raises(Unreadable, match="to its end"):
        list(read(pieces))


BOMB = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
ELSEWHERE = '<!DOCTYPE rss SYSTEM "http://192.0.2.1/evil.dtd">'


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE, ELSEWHERE])
def test_entities_are_refused_before_anything_is_read(declared):
    text = export(post(title="&b;&secret;")).replace("<rss", f"{declared}<rss", 1)
    given = []
    with pytest.raises(Unreadable, match="entities are refused"):
        given.extend(read([text]))
    assert given == []


@pytest.mark.parametrize("text", ["", "no XML at all", "<feed/>", "<rss/>", "<html><body/></html>"])
def test_what_is_no_export_is_refused(text):
    with pytest.raises(Unreadable):
        records(text.encode())


def test_what_comes_before_the_damage_is_given():
    given = []
    with pytest.raises(Unreadable, match=r"no XML from line \d+"):
        given.extend(read([START, post(1), post(2), "<item><title>cut"]))
    assert [record.number for record in given[1:]] == [1, 2]


def huge(before, after):
    """A file with 200 MB in one place."""
    yield START + before
    for _ in range(200):
        yield "x" * 1_000_000
    yield after + post(8) + TAIL


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("<item><title>Big</title><content:encoded><![CDATA[", "]]></content:encoded></item>", "a text of"),
        ("<item><title>", "</title></item>", "a text of"),
    ],
)
def test_a_huge_text_drops_its_post_and_is_never_held(before, after, why):
    tracemalloc.start()
    try:
        _, dropped, other = read(huge(before, after))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(dropped, TooLong)
    assert dropped.why.startswith(why)
    assert other.number == 8
    assert peak < 6 * LONGEST_TEXT  # bytes; of 200 million


@pytest.mark.parametrize("part", ["wp:comment><wp:comment_content", "wp:postmeta><wp:meta_value"])
def test_a_huge_text_in_a_part_of_a_post_costs_that_part_alone_and_is_never_held(part):
    own = comment(1) + comment(2, parent=1)
    closed = "".join(f"</{name}>" for name in reversed(part.split("><")))
    tracemalloc.start()
    try:
        _, found, other = read(huge(f"<item>{own}<{part}>", f"{closed}{comment(3)}</item>"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [said.number for said in found.comments if not said.is_cut] == [1, 2, 3]
    assert [said.text for said in found.comments if said.is_cut] == [""] * part.startswith("wp:comment")
    assert other.number == 8
    assert peak < LONGEST_TEXT  # bytes; of 200 million


@pytest.mark.parametrize("name", ["title", "wp:author><wp:author_login", "wp:tag><wp:tag_name", "wp:category><x"])
def test_a_huge_text_in_the_head_is_never_held(name):
    tracemalloc.start()
    try:
        *_, last = read(huge(f"<{name}>", "".join(f"</{part}>" for part in reversed(name.split("><")))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert last.number == 8
    assert peak < LONGEST_TEXT  # bytes; of 200 million


def test_of_long_names_the_beginning_is_kept():
    name = "x" * (LONGEST_OF_HEAD - 1)
    own = post(1, terms=term(name, name), post_name=name)
    someone, pain, _, found = records(export(author(name, name), category(3, name, name, name), own).encode())
    kept = name[:LONGEST_NAME]
    assert (someone, pain) == (Author(kept, kept), Term("category", kept, kept, 3, kept))
    assert (found.terms, found.slug) == ((Term("category", kept, kept),), kept)


def test_a_name_beyond_all_measure_counts_as_none():
    someone, *_ = records(export(author("ann", "x" * (LONGEST_OF_HEAD + 1)), post(1)).encode())
    assert someone == Author("ann", "ann")


def test_a_huge_text_that_nobody_needs_is_passed_over():
    assert [
        record.number
        for record in read(huge("<item><wp:post_id>7</wp:post_id><x>", "</x></item>"))
        if type(record) is Post
    ] == [7, 8]


@pytest.mark.parametrize(("before", "after"), [("<!-- ", " -->"), ('<item a="', '"/>'), ("<item><", "/></item>")])
def test_a_huge_tag_or_comment_is_refused_at_once(before, after):
    parts = huge(before, after)
    with pytest.raises(Unreadable, match=f"{LONGEST_TOKEN:,} bytes"):
        list(read(parts))
    assert len(list(parts)) > 190  # it gave up early


def test_a_post_with_endless_comments_is_dropped(monkeypatch):
    monkeypatch.setattr("articles.wordpress.wxr.LONGEST_POST", 50_000)
    _, dropped, other = read([START, post(1, comments="".join(map(comment, range(1, 100)))), post(2), TAIL])
    assert (dropped.number, dropped.title, dropped.comments, other.number) == (1, "A post", 99, 2)
    assert "with its comments" in dropped.why


def test_elements_nested_without_end_are_refused():
    with pytest.raises(Unreadable, match="deep"):
        list(read([START, "<a>" * 200]))


def test_numbers_that_came_are_known_whatever_their_size():
    came = Numbers()
    came.update([1, 511, 512, 2**63 - 1])
    assert [number for number in (0, 1, 2, 511, 512, 513, 2**63 - 1) if number in came] == [1, 511, 512, 2**63 - 1]


@pytest.mark.parametrize("text", ["", "-1", "0", "x", "²", "9" * 30, None, "1.5"])
def test_what_is_no_number_counts_as_none(text):
    assert number(text) == 0


@pytest.mark.parametrize("text", ["0000-00-00 00:00:00", "", "soon", None, "Thu, 99 Foo"])
def test_what_is_no_time_counts_as_none(text):
    assert moment(text, "2014-03-05 08:00:00").isoformat() == "2014-03-05T08:00:00+00:00"
    assert moment(text) is None
