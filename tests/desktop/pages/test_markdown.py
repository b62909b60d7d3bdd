"""Pages in Markdown: words and lists pass, what would fetch, run or lead away does not."""

import pytest

from desktop.errors import SettingsError
from desktop.pages.markdown import check_markdown

GOOD = """# Treatment

1. *Rest* and **walk**; T < 3, a <b of nothing
- [a guideline](https://example.org/a_(b)), [mail](mailto:a@example.org), [call](tel:0000001)
- [the questions](questions.md), <https://example.org>

[1]: https://example.org/1
"""


def test_words_lists_and_addresses_pass() -> None:
    check_markdown(GOOD.replace("a <b of", "a \\< b of"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("![x-ray](https://example.org/a.png)", "picture"),
        ("![x-ray][1]", "picture"),
        ("see <script>alert(1)</script>", "HTML"),
        ("<img src='http://example.org/a.png'>", "HTML"),
        ("<!-- hidden -->", "HTML"),
        ("[a](file:///etc/passwd)", "link"),
        ("[a](../../secret.txt)", "link"),
        ("[a](javascript:alert(1))", "link"),
        ("[a](  //server/share)", "link"),
        ("[a]()", "link"),
        ("[1]: file:///etc/passwd", "link"),
        ("a" * 2_001, "longer than 2000"),
        ("- " * 600 + "a", "list in a list"),
        (">" * 600 + "a", "list in a list"),
    ],
)
def test_a_line_that_fetches_runs_or_leads_away_is_named(line: str, why: str) -> None:
    with pytest.raises(SettingsError, match=f"line 3 .*{why}"):
        check_markdown(f"# Title\n\n{line}\n")


def test_a_rule_across_the_page_is_no_list() -> None:
    check_markdown("a\n\n----------\n\n* * * * * * * *\n")


def test_a_page_of_too_many_lines_is_none() -> None:
    with pytest.raises(SettingsError, match="more than 2000 lines"):
        check_markdown("# a\n" * 2_001)


def test_a_page_without_words_is_none() -> None:
    with pytest.raises(SettingsError, match="empty"):
        check_markdown(" \n\t\n")
