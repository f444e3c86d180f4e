from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from jinling.foundation.audit import public as audit
from jinling.web.command import REFUSED, Command as BaseCommand, say


class Command(BaseCommand):
    help = "Check that no audit entry was changed, removed, reordered or cut off: audit verify|sign|root."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="verb", required=True, metavar="verify|sign|root")
        verify = actions.add_parser("verify", help="recompute every hash chain and check every signed head")
        verify.add_argument(
            "--roots",
            type=Path,
            nargs="*",
            default=None,
            metavar="FILE",
            help="exported roots to hold against (default: those under JINLING_AUDIT_ROOTS)",
        )
        sign = actions.add_parser("sign", help="sign where the chains stand now")
        root = actions.add_parser("root", help="print a day's root, to be kept outside")
        root.add_argument("day", type=date.fromisoformat, nargs="?", help="YYYY-MM-DD (default: today)")
        for action in (verify, sign, root):
            self.add_json(action)

    def handle(self, *args: Any, **options: Any) -> None:
        match options["verb"]:
            case "verify":
                self._verify(options)
            case "sign":
                head = audit.sign_head(now=timezone.now())
                digest = bytes(head.digest).hex() if head else ""
                if options["as_json"]:
                    self.print_json({"signed": head is not None, "root": digest})
                else:
                    self.stdout.write(digest or gettext("Nothing was written since the last signed head."))
            case _:
                self._root(options["day"] or timezone.localdate(), options)

    def _verify(self, options: dict[str, Any]) -> None:
        roots = audit.exported_roots() if options["roots"] is None else options["roots"]
        try:
            result = audit.verify(roots=roots)
        except (OSError, ValueError) as error:
            raise CommandError(gettext("A root cannot be read: %(error)s") % {"error": error}) from error
        found = [{"kind": f.kind, "lane": f.lane, "seq": f.seq} for f in result.findings]
        if options["as_json"]:
            self.print_json(
                {
                    "entries": result.entries,
                    "heads": result.heads,
                    "roots": len(roots),
                    "intact": not found,
                    "findings": found,
                }
            )
        else:
            self.stdout.write(
                gettext("%(count)s entries checked against %(heads)s signed heads.")
                % {"count": result.entries, "heads": result.heads}
            )
            for item in found:
                self.stdout.write(gettext("%(kind)s: lane %(lane)s, entry %(seq)s") % item)
        if found:
            say(gettext("The audit was tampered with. Keep the database as it is and call the audit administrator."))
            sys.exit(REFUSED)

    def _root(self, day: date, options: dict[str, Any]) -> None:
        document = audit.root_of(day)
        if document is None:
            raise CommandError(gettext("No head was signed on %(day)s.") % {"day": day})
        if options["as_json"]:
            self.print_json(document)
        else:
            self.stdout.write(document["root"])
