from softphone.wording.table import Table

TABLE = Table(title="t", summary="s", columns=("a", "b"), rows=(("1", "2"), ("3", "4"), ("5", "6")))


def test_a_table_is_copied_with_its_heads():
    assert TABLE.tsv() == "a\tb\n1\t2\n3\t4\n5\t6"


def test_some_rows_are_copied_with_the_heads_too():
    assert TABLE.tsv((2, 0)) == "a\tb\n5\t6\n1\t2"
