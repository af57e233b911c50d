"""A newer edition's rows find the items they speak of, each item once."""

from dataclasses import replace

from workflow.papers.editions import Fate, Known, completed, fate, moved, propose_items, sharing, vanished
from workflow.papers.paper import PaperRow


def row(position: int, title: str, status: str = "a") -> PaperRow:
    """Return a row of a work plan."""
    return PaperRow(position + 2, position, None, title, [], {"status": status})


def item(key: str, title: str, status: str = "a") -> Known:
    """Return an item as it stands."""
    return Known(key, title, (), {"status": status})


ITEMS = [
    item("wp-1", "Support to clean lakes"),
    item("wp-2", "Rivers"),
    item("wp-3", "Support for the review of wind"),
]


def test_equal_titles_come_first_then_those_alike() -> None:
    rows = [row(0, "RIVERS "), row(1, "Support for a review of the wind"), row(2, "Support to clean seas")]
    assert propose_items(rows, ITEMS) == {0: "wp-2", 1: "wp-3", 2: "wp-1"}


def test_no_item_is_proposed_twice_and_strangers_are_new() -> None:
    rows = [row(0, "Support to clean lakes"), row(1, "Support to clean lakes, again"), row(2, "Air")]
    assert propose_items(rows, ITEMS) == {0: "wp-1"}


def test_fates_are_new_changed_and_the_same() -> None:
    assert fate(row(0, "Rivers"), None) is Fate.NEW
    assert fate(row(0, "Rivers", "b"), ITEMS[1]) is Fate.CHANGED
    assert fate(row(0, "rivers"), ITEMS[1]) is Fate.CHANGED
    assert fate(row(0, "Rivers"), ITEMS[1]) is Fate.SAME
    assert [one.key for one in vanished(ITEMS, {0: "wp-2", 1: None})] == ["wp-1", "wp-3"]


def test_words_for_which_a_file_has_no_column_stay() -> None:
    item_with_points = Known("wp-1", "Lakes", ("one",), {"status": "kept"})
    said, unsaid = row(0, "Lakes", "new"), replace(row(0, "Lakes", ""), unsaid=frozenset({"status"}))
    (first,) = completed([said], {0: item_with_points})
    assert (first.points, first.texts) == (["one"], {"status": "new"})
    (second,) = completed([unsaid], {0: item_with_points})
    assert fate(second, item_with_points) is Fate.SAME
    assert completed([unsaid], {0: None}) == [unsaid]


def test_points_that_a_file_drops_are_dropped() -> None:
    rows = [row(0, "Lakes"), replace(row(1, "Rivers"), points=["two"])]
    items = {0: Known("wp-1", "Lakes", ("one",), {"status": "a"}), 1: None}
    assert [one.points for one in completed(rows, items)] == [[], ["two"]]


def test_items_with_another_place_are_told_and_stay() -> None:
    known = [item("wp-1", "Lakes"), item("wp-2", "Air"), replace(item("wp-3", "Fire"), section="Other")]
    rows = [row(0, "Air"), row(1, "Lakes"), replace(row(2, "Fire"), section="Further")]
    pairs = [(rows[0], known[1]), (rows[1], known[0]), (rows[2], known[2]), (row(3, "New"), None)]
    assert [str(one) for one in moved(pairs, known)] == [
        "Line 4: wp-3 stands under “Other” in the document, and stays there.",
        "Line 3: wp-1 stands further up in the document, and stays there.",
    ]
    assert list(moved([(rows[1], known[0]), (rows[0], known[1])], known)) == []
    (told,) = moved([(replace(rows[0], section="Other"), known[1])], known)
    assert told.message == "wp-2 stands above the first section row in the document, and stays there."


def test_document_is_known_by_the_titles_it_shares() -> None:
    known = {"plan": ["Lakes", "Air"], "report": ["Fire"], "empty": []}
    assert sharing(["lakes ", "Air", "New"], known) == "plan"
    assert sharing(["Lakes", "New", "Newer"], known) is None
    assert sharing([], known) is None
    assert sharing(["Lakes"], {}) is None
