from dataclasses import dataclass

from comments.threads import in_order


@dataclass
class Remark:
    pk: int
    parent_id: int | None = None
    is_public: bool = True
    root_id: int | None = 1
    parent: object = None


def shown(*remarks):
    return [(entry.comment.pk, entry.depth) for entry in in_order(remarks)]


def test_replies_stand_under_what_they_answer():
    assert shown(Remark(1), Remark(2), Remark(3, 1), Remark(4, 3), Remark(5, 1)) == [
        (1, 1),
        (3, 2),
        (4, 3),
        (5, 2),
        (2, 1),
    ]


def test_depth_is_four_at_most():
    chain = [Remark(1)] + [Remark(number, number - 1) for number in range(2, 8)]
    assert [depth for _, depth in shown(*chain)] == [1, 2, 3, 4, 4, 4, 4]


def test_what_is_not_public_stays_only_where_something_public_hangs_on_it():
    hidden = {"is_public": False}
    replies = [Remark(2, 1), Remark(3, 1, **hidden), Remark(4, 1, **hidden), Remark(5, 4)]
    assert shown(Remark(1, **hidden), *replies) == [(1, 1), (2, 2), (4, 2), (5, 3)]


def test_what_opens_a_thread_stays_even_when_its_public_replies_stand_on_another_page():
    assert shown(Remark(1, is_public=False)) == [(1, 1)]


def test_an_entry_knows_what_it_answers():
    entries = in_order([Remark(1), Remark(2, 1)])
    assert entries[1].parent.pk == 1
    assert entries[0].parent is None


def test_what_answers_an_earlier_page_stands_under_the_root_and_still_knows_what_it_answers():
    earlier = Remark(5, 1)
    entries = in_order([Remark(1), Remark(9, 5, parent=earlier)])
    assert [(entry.comment.pk, entry.depth) for entry in entries] == [(1, 1), (9, 2)]
    assert entries[1].parent is earlier


def test_a_thread_may_be_thousands_deep():
    chain = [Remark(1)] + [Remark(number, number - 1) for number in range(2, 5000)]
    assert len(in_order(chain)) == 4999
