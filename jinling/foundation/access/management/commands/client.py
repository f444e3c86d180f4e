from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext

from jinling.foundation.access import public as access
from jinling.kernel.actor import system
from jinling.web.command import Command as BaseCommand, say

# A key id may begin with a hyphen (one thumbprint in 64 does); no switch of these commands looks like it.
KEY_ID = re.compile(r"-(?!\d+$)[^-].+|-[\w-]{42}")


class KeyIdParser(CommandParser):
    """Reads a word that looks like a key id as one, wherever it stands."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        ids = [word for word in args or () if KEY_ID.fullmatch(word)]
        rest = [word for word in args or () if word not in ids]
        return super().parse_known_args([*rest, "--", *ids] if ids else rest, namespace)


class Command(BaseCommand):
    help = "Keep API clients and their keys: client add|list|rotate|revoke|trust|distrust."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(
            dest="verb", required=True, metavar="add|list|rotate|revoke|trust|distrust", parser_class=KeyIdParser
        )
        add = actions.add_parser("add", help="make a client and print its key, once")
        add.add_argument("code", help="a short name, as it stands in the audit")
        add.add_argument("--name", default="", help="the name that people read")
        add.add_argument("--role", default="partner", help="what it may do (default: partner)")
        add.add_argument("--organization", default="", metavar="CODE", help="the institution it belongs to")
        add.add_argument("--channel", default="", metavar="CODE", help="the route its bookings count under")
        add.add_argument("--audience", default="public", choices=["public", "community"])
        add.add_argument(
            "--scope",
            action="append",
            default=[],
            metavar="PERMISSION",
            help="only this permission of the role (may be given again)",
        )
        add.add_argument("--rate", type=int, default=6000, metavar="N", help="requests a minute and server process")
        add.add_argument("--days", type=int, default=365, metavar="N", help="days that the key is valid")
        rotate = actions.add_parser("rotate", help="print a new key; older ones end after some days")
        rotate.add_argument("code")
        rotate.add_argument("--overlap-days", type=int, default=7, metavar="N", help="days that older keys go on")
        revoke = actions.add_parser("revoke", help="end a key, or all keys of a client, within 5 seconds")
        revoke.add_argument("code")
        revoke.add_argument("--prefix", default="", help="only the key with this prefix")
        trust = actions.add_parser("trust", help="trust a public key (a JWK file) for signed assertions")
        trust.add_argument("code")
        trust.add_argument("jwk", type=Path, help="a file with one public JSON Web Key")
        distrust = actions.add_parser("distrust", help="trust a public key no longer")
        distrust.add_argument("code")
        distrust.add_argument("kid")
        listing = actions.add_parser("list", help="clients and the prefixes of their keys")
        for action in (add, rotate, revoke, trust, distrust, listing):
            self.add_json(action)

    def handle(self, *args: Any, **options: Any) -> None:
        by = system("operator")
        match options["verb"]:
            case "add":
                client, key = access.add_client(
                    by=by,
                    code=options["code"],
                    name=options["name"] or options["code"],
                    role=options["role"],
                    organization=options["organization"],
                    channel=options["channel"],
                    audience=options["audience"],
                    scopes=options["scope"],
                    rate_per_minute=options["rate"],
                    days=options["days"],
                )
                self._key(client.code, key, options)
            case "rotate":
                client = access.client_named(options["code"])
                key = access.rotate_key(by=by, client=client, overlap=timedelta(days=options["overlap_days"]))
                self._key(client.code, key, options)
            case "revoke":
                count = access.revoke_keys(by=by, client=access.client_named(options["code"]), prefix=options["prefix"])
                if options["as_json"]:
                    self.print_json({"client": options["code"], "revoked": count})
                else:
                    self.stdout.write(gettext("%(count)s keys revoked.") % {"count": count})
            case "trust":
                try:
                    jwk = json.loads(options["jwk"].read_text(encoding="utf-8"))
                except (OSError, ValueError) as error:
                    raise CommandError(
                        gettext("%(file)s: no JSON can be read there.") % {"file": options["jwk"]}
                    ) from error
                kid = access.trust_key(by=by, client=access.client_named(options["code"]), jwk=jwk)
                self._say_kid(options, kid, trusted=True)
            case "distrust":
                client = access.client_named(options["code"])
                if not access.distrust_key(by=by, client=client, kid=options["kid"]):
                    raise CommandError(gettext("The client has no key %(kid)s.") % {"kid": options["kid"]})
                self._say_kid(options, options["kid"], trusted=False)
            case _:
                self._list(options)

    def _say_kid(self, options: dict[str, Any], kid: str, *, trusted: bool) -> None:
        if options["as_json"]:
            self.print_json({"client": options["code"], "kid": kid, "trusted": trusted})
        else:
            self.stdout.write(kid)

    def _key(self, code: str, key: str, options: dict[str, Any]) -> None:
        say(gettext("The key is shown this once. Keep it as you keep a password."))
        if options["as_json"]:
            self.print_json({"client": code, "key": key})
        else:
            self.stdout.write(key)

    def _list(self, options: dict[str, Any]) -> None:
        rows: list[dict[str, Any]] = [
            {
                "code": client.code,
                "name": client.name,
                "role": client.role,
                "organization": client.organization,
                "channel": client.channel,
                "audience": client.audience,
                "rate_per_minute": client.rate_per_minute,
                "active": client.is_active,
                "keys": [
                    {
                        "prefix": key.prefix,
                        "created_at": key.created_at,
                        "expires_at": key.expires_at,
                        "revoked_at": key.revoked_at,
                    }
                    for key in client.keys.all()
                ],
            }
            for client in access.clients()
        ]
        if options["as_json"]:
            self.print_json(rows)
            return
        for row in rows:
            valid = [key["prefix"] for key in row["keys"] if key["revoked_at"] is None]
            self.stdout.write(
                "\t".join([row["code"], row["role"], row["channel"], row["organization"], ",".join(valid)])
            )
