"""Following the pages of a list."""

from typing import Any


def pages(first: Any) -> list[Any]:
    """Every page from the first on, as the client's own `next` walks them."""
    walked = []
    page = first
    while page is not None:
        walked.append(page.result)
        cursor = page.result.pagination.cursor
        assert (cursor is not None) == page.result.pagination.has_more
        page = page.next()
    return walked


def items(walked: list[Any]) -> list[Any]:
    """What all the pages hold."""
    return [item for page in walked for item in page.data]
