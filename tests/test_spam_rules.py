"""What our own spam rules find, and what they leave alone. No database."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crpsinfo.spam import Submission
from crpsinfo.spam.rules import matching, normalised, trouble

KINDS = ["phrase", "email", "link", "network"]


def make_rule(kind, value):
    return SimpleNamespace(kind=kind, value=value, pk=value)


def make_submission(text="", *, ip="198.51.100.7", author="Pat", email="", url=""):
    return Submission(kind="comment", text=text, ip=ip, author=author, email=email, url=url)


def is_found(kind, value, text="", **facts):
    return bool(matching(make_submission(text, **facts), [make_rule(kind, value)]))


# --- Phrases --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "ketamine",
        "KÉTAMINE!",
        "(Ketamine)",
        "ketaminee",
        "kkettamine",
        "K3tamine",
        "ketam1ne",
        "k3t4m1n3",
        "ket@mine",
        "ketam!ne",
        "ketam|ne",
        "KETAMlNE",
        "kеtаmine",  # Cyrillic е and а
        "κεtαmιne",  # Greek κ, ε, α and ι
        "КЕТАМINE",
        "ｋｅｔａｍｉｎｅ",
        "𝐊𝐄𝐓𝐀𝐌𝐈𝐍𝐄",
        "🅚🅔🅣🅐🅜🅘🅝🅔",
        "₭etamine",
        "ĸetamine",
        "ke\u200bta\u00admi\u2061ne",
        "ke\u0336ta\u0336mine",
        "ke-ta-mine",
        "ket.amine",
        "ke_ta_mine",
        "ke*ta*mine",
        "k3-t4-mine",
        "k.e.t.a.m.i.n.e",
        "k e t a m i n e",
        "K-E-T-A-M-I-N-E",
        "k, e, t, a, m, i, n, e",
        "k 3 t a m 1 n e",
        "к е т а м i n e",  # Cyrillic letters before i
        "b u y k e t a m i n e n o w",
        "BestKetamineOnline",
        "https://shop.example.com/best-ketamine-2026",
    ],
)
def test_a_phrase_is_found_however_it_is_written(written):
    assert is_found("phrase", "ketamine", f"I tell you: {written} here")


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("bum", "how they burn"),
        ("all", "what should ail me"),
        ("fall", "I fail at it"),
        ("fail", "I fall often"),
        ("pom", "no porn"),
        ("modem", "modern times"),
        ("ketamine", "ketamines and esketamine"),
        ("ketamine", "keta mine"),
        ("sos", "in my 30s, born in the 50s"),
        ("loam", "at 10am"),
        ("stop", "5top"),
        ("als", "al5"),
        ("days", "day5"),
        ("pills", "pilis and pllls"),
        ("spell out", "s p e l l"),
        ("all", "a l l"),
    ],
)
def test_a_phrase_is_not_found_in_other_words(phrase, text):
    assert not is_found("phrase", phrase, text)


@pytest.mark.parametrize(
    "typed",
    ["200mg daily", "4x stronger", "3rd party", "$300 off", "10-day course", "covid19 cure", "b12 shots", "a1c"],
)
def test_numbers_in_words_are_found_as_they_are_typed(typed):
    assert is_found("phrase", typed, f"about the {typed.upper()}, again")


@pytest.mark.parametrize(
    "text", ["buy k3tamine online", "Buy КЕТАМINE on-line", "buy; ke-ta-mine. Online", "buyy ketamine"]
)
def test_disguised_words_are_found_beside_plain_ones(text):
    assert is_found("phrase", "buy ketamine", text)


@pytest.mark.parametrize("text", ["n0 prescription", "no prescripti0n", "n0 prescr1pti0n5", "no pre5cription5"])
def test_numbers_at_the_end_of_a_word_may_be_letters(text):
    assert is_found("phrase", "no prescription*", text)


def test_a_phrase_is_found_letter_by_letter():
    assert is_found("phrase", "buy ketamine", "B.U.Y K.E.T.A.M.I.N.E")
    assert is_found("phrase", "buy ketamine", "b u y k e t a m i n e")


@pytest.mark.parametrize(
    ("text", "is_one"), [("vendors", True), ("v3nd0rs", True), ("vendetta", False), ("vend", False)]
)
def test_a_star_stands_for_any_ending(text, is_one):
    assert is_found("phrase", "vendor*", text) is is_one


@pytest.mark.parametrize("apostrophe", "'’‘´`ʼ′＇")
def test_any_apostrophe_will_do(apostrophe):
    assert is_found("phrase", "don't miss", f"don{apostrophe}t miss")
    assert is_found("phrase", f"don{apostrophe}t miss", "dont miss")


@pytest.mark.parametrize("field", ["author", "url"])
def test_the_name_and_the_website_are_looked_at_too(field):
    assert is_found("phrase", "buy pills", "Hello", **{field: "https://buy-pills.example.com"})


def test_a_phrase_does_not_begin_in_one_field_and_end_in_another():
    assert not is_found("phrase", "buy pills", "pills help me", author="Buy")


def test_all_rules_that_match_are_told_in_their_order():
    values = ["online", "buy ketamine", "sell", "buy ket*", "buy ketamine online", "ketamine"]
    found = matching(make_submission("Buy ketamine online"), map(make_rule, ["phrase"] * 6, values))
    assert [rule.value for rule in found] == ["online", "buy ketamine", "buy ket*", "buy ketamine online", "ketamine"]


def test_each_rule_finds_on_its_own_what_it_finds_among_others():
    values = ["first words", "second words", "thirds", "words fourth"]
    rules = [make_rule("phrase", value) for value in values]
    for rule in rules:
        assert matching(make_submission(f"a text with {rule.value} in it"), rules) == [rule]


# --- Mail addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ("pat@example.com", {"email": "Pat@Example.COM"}),
        ("pat@example.com", {"email": "pat+shop@example.com"}),
        ("pat+other@example.com", {"email": "pat@example.com"}),
        ("pat@example.com", {"text": "Write to pat@example.com."}),
        ("pat@example.com", {"text": "mailto:PAT+1@example.com?subject=x"}),
        ("pat@example.com", {"text": "pat (at) example [dot] com"}),
        ("pat@example.com", {"text": "pat at example dot com"}),
        ("pat@example.com", {"url": "pat@example.com"}),
        ("pat@example.com", {"author": "pat@example.com"}),
        ("o'neill@example.com", {"text": "o'neill@example.com"}),
        ("example.com", {"email": "anybody@example.com"}),
        ("@example.com", {"email": "anybody@mail.example.com"}),
        ("pat@bücher.example", {"email": "pat@xn--bcher-kva.example"}),
    ],
)
def test_a_mail_address_or_its_domain_is_found(value, facts):
    assert is_found("email", value, **facts)


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ("pat@example.com", {"email": "matpat@example.com"}),
        ("pat@example.com", {"email": "pat@example.com.au"}),
        ("pat@example.com", {"email": "pat@mail.example.com"}),
        ("example.com", {"email": "pat@notexample.com"}),
        ("example.com", {"text": "https://example.com is a page"}),
        ("example.com", {"text": "https://pat@example.com/ is a page"}),
        ("example.com", {"email": "", "text": ""}),
    ],
)
def test_other_addresses_are_not_found(value, facts):
    assert not is_found("email", value, **facts)


# --- Links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com",
        "HTTPS://WWW.EXAMPLE.COM/Path",
        "see http://shop.example.com:8080/?a=b#c, please",
        "example.com.",
        "example.com...really",
        "www.example.com",
        "(shop.example.com/x)",
        "_example.com_ or *example.com*",
        "https://good.example.org@example.com/",
        "https://user:pass@word@example.com:443/",
        "https:\\\\example.com",
        "https:///example.com",
        "//example.com/x",
        "https://example%2Ecom/",
        "https://example.org/go?to=https%3A%2F%2Fexample.com",
        "ｅｘａｍｐｌｅ。com",
        "exam\u200bple.com",
        "example[.]com",
        "example (dot) com",
        "example dot com",
        "shop.example .com",
        "👉example.com👈",
        "https://example.com,https://example.org",
    ],
)
def test_a_linked_domain_is_found(text):
    assert is_found("link", "example.com", text)
    assert is_found("link", "example.com", "Hello", author=text)
    assert is_found("link", "example.com", "Hello", url=text)


@pytest.mark.parametrize(
    "text",
    [
        "notexample.com",
        "not-example.com",
        "https://example.com.bad.example.org/",
        "https://example.com@example.org/",
        "https://example.org\\@example.com",
        "https://example.org/@example.com",
        "example.community",
        "pat@example.com",
        "I have an example. Com is no word",
        "example,com",
        "exаmple.com",  # Cyrillic а: another domain
    ],
)
def test_other_domains_are_not_found(text):
    assert not is_found("link", "example.com", text)


@pytest.mark.parametrize(
    "written", ["bücher.example", "BÜCHER.EXAMPLE", "xn--bcher-kva.example", "bu\u0308cher.example"]
)
@pytest.mark.parametrize("value", ["bücher.example", "XN--BCHER-KVA.example"])
def test_punycode_and_unicode_are_the_same(written, value):
    assert is_found("link", value, f"https://shop.{written}/")


def test_an_address_of_numbers_is_found_as_it_is():
    assert is_found("link", "192.0.2.7", "http://192.0.2.7:8000/")
    assert not is_found("link", "192.0.2.7", "http://1.192.0.2.70/")


# --- Networks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "ip", "is_in"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.2.0/24", "::ffff:192.0.2.1", True),
        ("::ffff:192.0.2.0/120", "192.0.2.1", True),
        ("198.51.0.0/16", "198.51.100.7", True),
        ("2001:db8::/32", "2001:db8:ffff::1", True),
        ("2001:db8::/64", "2001:db8:0:1::1", False),
        ("2001:DB8:0::1", "2001:db8::1", True),
        ("fe80::1", "fe80::1%eth0", True),
        ("192.0.2.0/24", "", False),
        ("192.0.2.0/24", "unknown", False),
    ],
)
def test_a_network_is_where_the_client_is(value, ip, is_in):
    assert is_found("network", value, ip=ip) is is_in


# --- Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("phrase", "  Buy\tKETAMINE  ", "buy ketamine"),
        ("phrase", "Don’t\u200b miss", "don't miss"),
        ("phrase", "ｖｅｎｄｏｒ*", "vendor*"),
        ("email", " Pat+tag@Example.COM ", "pat@example.com"),
        ("email", "@Example.com", "example.com"),
        ("email", "pat@xn--bcher-kva.example", "pat@bücher.example"),
        ("link", "https://www.Example.com:443/path/index.html?x=y", "example.com"),
        ("link", "example.com.", "example.com"),
        ("link", "*.example.com", "example.com"),
        ("link", "www.com", "www.com"),
        ("link", "https://good.example.org@example.com", "example.com"),
        ("link", "xn--bcher-kva.example", "bücher.example"),
        ("network", " 192.0.2.7/24 ", "192.0.2.0/24"),
        ("network", "192.0.2.7/32", "192.0.2.7"),
        ("network", "192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("network", "::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("network", "[2001:DB8::1]", "2001:db8::1"),
        ("network", "2001:DB8:0:0::/64", "2001:db8::/64"),
    ],
)
def test_a_value_is_stored_in_one_form(kind, typed, stored):
    assert trouble(kind, typed) is None
    assert normalised(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        ("phrase", "", "At least 3 letters"),
        ("phrase", "ab", "At least 3 letters"),
        ("phrase", "$300", "At least 3 letters"),
        ("phrase", "a" * 81, "At most 80 characters"),
        ("phrase", "ket*mine", "end of a word"),
        ("phrase", "to* buy", "3 letters before it"),
        ("phrase", "seller@example.com", "an e-mail address: choose that kind"),
        ("phrase", "write to Seller@Example.com", "an e-mail address: choose that kind"),
        ("email", "", "no e-mail address"),
        ("email", "pat", "no e-mail address"),
        ("email", "pat@", "no e-mail address"),
        ("email", "pat@example", "no e-mail address"),
        ("email", "pat@example.com, mat@example.com", "no e-mail address"),
        ("email", "pat/mat@example.com", "no e-mail address"),
        ("link", "", "no domain"),
        ("link", "com", "no domain"),
        ("link", "example .com", "no domain"),
        ("link", "example.com example.org", "no domain"),
        ("link", "pat@example.com", "no domain"),
        ("link", "3.14", "no domain"),
        ("link", "-example-.com", "no domain"),
        ("link", f"{'a' * 64}.com", "no domain"),
        ("link", f"{'a.' * 126}com", "no domain"),
        ("network", "", "no network"),
        ("network", "example.com", "no network"),
        ("network", "192.0.2.*", "no network"),
        ("network", "192.0.2.1-192.0.2.9", "no network"),
        ("network", "192.0.2.0/33", "no network"),
        ("network", "192.0.0.0/15", "/16 is the broadest"),
        ("network", "::ffff:0:0/96", "/16 is the broadest"),
        ("network", "2001:db8::/31", "/32 is the broadest"),
        ("moon", "full", "no such kind"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_words(kind, value, wrong):
    said = trouble(kind, value)
    assert wrong in said
    assert said[0].isupper() or said[0] in "*0123456789:"
    assert said.endswith(".")


# --- Whatever is typed ----------------------------------------------------------------------------

SOMETHING = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="aAlI1|!.@-_ *:/%xn[]()\u200b\u0301\u0430é", max_size=60),
    st.lists(st.sampled_from(["https://", "a.b", "@", "xn--", "%2e", "::1", "/24", " dot ", " at ", "ｘ", "İ"])).map(
        "".join
    ),
)


@given(SOMETHING, st.lists(st.tuples(st.sampled_from(KINDS), SOMETHING), max_size=6))
def test_whatever_is_typed_gets_an_answer(text, values):
    rules = [make_rule(kind, value) for kind, value in values]
    submission = make_submission(text, ip=text, author=text, email=text, url=text)
    assert all(rule in rules for rule in matching(submission, rules))


@pytest.mark.parametrize("kind", KINDS)
@given(value=SOMETHING)
def test_a_stored_value_stays_as_it_is_and_has_no_trouble(kind, value):
    if trouble(kind, value) is None:
        stored = normalised(kind, value)
        assert normalised(kind, stored) == stored
        assert trouble(kind, stored) is None
        assert len(stored) <= 254


@given(SOMETHING, st.text(alphabet="abc d1!@-.", max_size=40))
def test_a_phrase_is_found_where_it_stands(phrase, around):
    if trouble("phrase", phrase) is None and "*" not in phrase:
        assert is_found("phrase", phrase, f"{around} \n {phrase} \n {around}")


@given(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?\.(com|net|shop)", fullmatch=True), st.text(max_size=40))
def test_a_link_is_found_where_it_stands(domain, around):
    assert is_found("link", domain, f"{around} https://{domain}/{around}")


# --- Long texts and many rules ----------------------------------------------------------------------------

PHRASES = [f"{verb} {thing}{number}x online" for verb in ("buy", "order") for thing in "abcde" for number in range(50)]


@pytest.mark.parametrize(
    "piece",
    ["a", " a", "a.", "a-", "@", "a@", ".", "http://", "http:", "1.1.", "a1", "a1 ", "$", "!", "a!", "[", " (at", "%41"]
    + [
        " dot a",
        " at a dot",
        "xn--a ",
        "aI",
        "Ab",
        "AbcDef",
        "а",
        "а ",
        "a\u0301",
        "\u200b",
        "buy ",
        "buy a1x ",
        "b u y ",
    ],
)
def test_a_long_and_odd_text_hides_nothing(piece):
    rules = [make_rule(kind, value) for kind in KINDS for value in PHRASES[:20]]
    text = f"{(piece * 10_000)[:10_000]}\n\n{PHRASES[0]}"
    assert matching(make_submission(text), rules)[0].value == PHRASES[0]


def test_many_rules_find_nothing_in_a_plain_text():
    rules = [make_rule("phrase", value) for value in PHRASES]
    text = make_submission(
        "My doctor’s nurse said the ketamine infusion takes 4 hours, so we buy a 10-day course. " * 115
    )
    assert matching(text, rules) == []


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "*@spam.example"), ("email", "x@y@z.example"), ("network", "fe80::1%eth0")]
)
def test_what_could_never_match_is_refused(kind, value):
    assert trouble(kind, value)
