"""What tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Who is asking is the sign-in's business, and is counted by its own tests.
SIGN_IN = ("django_session", "access_", "usersessions_", "account_", "mfa_")


@contextmanager
def pinned_queries(number: int) -> Iterator[None]:
    """Assert how many statements a page costs beside the sign-in's and savepoints.

    Raises:
        AssertionError: more or fewer; the statements are listed.
    """
    with CaptureQueriesContext(connection) as captured:
        yield
    made = [
        query["sql"]
        for query in captured.captured_queries
        if "SAVEPOINT" not in query["sql"] and not any(f'FROM "{name}' in query["sql"] for name in SIGN_IN)
    ]
    assert len(made) == number, f"{len(made)} statements instead of {number}:\n" + "\n".join(sql[:300] for sql in made)
