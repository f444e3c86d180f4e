from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from jinling.foundation.audit import public as audit
from jinling.web.command import REFUSED, Command as BaseCommand, say


class Command(BaseCommand):
    help = "Check that no audit entry was changed, removed, reordered or cut off: audit verify."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="verb", required=True, metavar="verify")
        verify = actions.add_parser("verify", help="recompute every hash chain")
        self.add_json(verify)

    def handle(self, *args: Any, **options: Any) -> None:
        result = audit.verify()
        found = [{"kind": f.kind, "lane": f.lane, "seq": f.seq} for f in result.findings]
        if options["as_json"]:
            self.print_json({"entries": result.entries, "intact": not found, "findings": found})
        else:
            self.stdout.write(gettext("%(count)s entries checked.") % {"count": result.entries})
            for item in found:
                self.stdout.write(gettext("%(kind)s: lane %(lane)s, entry %(seq)s") % item)
        if found:
            say(gettext("The audit was tampered with. Keep the database as it is and call the audit administrator."))
            sys.exit(REFUSED)
