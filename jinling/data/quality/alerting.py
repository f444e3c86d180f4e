"""Verb: tell those who own them of lagging uploads and of rejected rows that have waited long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jinling.data.collection import public as collection
from jinling.data.quality import overview, queries
from jinling.foundation.audit import public as audit
from jinling.foundation.messaging import public as messaging
from jinling.kernel.actor import Actor

OLD_AFTER = timedelta(days=7)


@transaction.atomic
def alert(*, by: Actor, now: datetime) -> int:
    """Queue one message for each owner and cause; asked again on the same day nobody is told twice.

    An institution's lag goes to its hospital IT, old rejected rows to the account that owns them, or to the
    institution's hospital IT where a program sent the file. Returns how many messages were asked for.
    """
    today = timezone.localdate(now)
    owners = overview.owners()
    everyone = {account for accounts in owners.values() for account in accounts}
    notices = [
        messaging.Notice(
            messaging.Recipient("account", account),
            "quality.lagging",
            {"institution": lag.organization.name, "days": lag.days},
            dedupe=f"quality.lagging/{lag.organization.code}/{account}/{today}",
        )
        for lag in queries.lags(on=today)
        for account in owners.get(lag.organization.code, ())
    ]
    waiting: dict[tuple[str, str, str], list[int]] = {}
    for one in collection.waiting_since(now - OLD_AFTER):
        sender = one.organization
        told = [one.owner] if one.owner in everyone else owners.get(sender.code, [])
        for account in told:
            waiting.setdefault((account, sender.code, sender.name), []).append(one.open_rows)
    notices += [
        messaging.Notice(
            messaging.Recipient("account", account),
            "quality.old_rejections",
            {"institution": name, "files": len(rows), "rows": sum(rows), "days": OLD_AFTER.days},
            dedupe=f"quality.old_rejections/{code}/{account}/{today}",
        )
        for (account, code, name), rows in waiting.items()
    ]
    if notices:
        messaging.send_many(by=by, notices=notices)
        audit.record(by=by, action="quality.alert", target=f"Day/{today}", detail={"notices": len(notices)})
    return len(notices)
