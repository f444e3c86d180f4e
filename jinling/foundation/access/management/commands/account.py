from __future__ import annotations

import secrets
import sys
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils.translation import gettext

from jinling.foundation.access import public as access
from jinling.kernel.actor import system
from jinling.web.command import Command as BaseCommand, say


class Command(BaseCommand):
    help = "Keep staff accounts and their roles: account add|list|roles|mobile."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="verb", required=True, metavar="add|list|roles|mobile")
        add = actions.add_parser("add", help="make an account and print its first password, once")
        add.add_argument("username")
        add.add_argument("--name", default="", help="the name that colleagues read")
        add.add_argument("--organization", default="", metavar="CODE")
        add.add_argument("--role", action="append", default=[], metavar="ROLE", help="may be given again")
        roles = actions.add_parser("roles", help="give or take roles, or list the roles there are")
        roles.add_argument("username", nargs="?")
        roles.add_argument("--give", action="append", default=[], metavar="ROLE")
        roles.add_argument("--take", action="append", default=[], metavar="ROLE")
        roles.add_argument("--scope", default="", metavar="CODE", help="for this organisation or district only")
        # Read from standard input: what stands in a command's words is seen by every process of the machine.
        mobile = actions.add_parser("mobile", help="where notices reach an account; the number comes on standard input")
        mobile.add_argument("username")
        listing = actions.add_parser("list", help="staff accounts and their roles")
        for action in (add, roles, listing):
            self.add_json(action)

    def handle(self, *args: Any, **options: Any) -> None:
        by = system("operator")
        if options["verb"] == "add":
            password = "-".join(secrets.token_hex(3) for _ in range(3))
            account = access.add_account(
                by=by,
                username=options["username"],
                password=password,
                roles=options["role"],
                display_name=options["name"],
                organization=options["organization"],
            )
            say(gettext("The password is shown this once; its owner changes it after signing in."))
            if options["as_json"]:
                self.print_json({"username": account.username, "password": password})
            else:
                self.stdout.write(password)
        elif options["verb"] == "mobile":
            if sys.stdin.isatty():
                say(gettext("Mobile number, empty to take it away:"))
            number = sys.stdin.readline().strip()
            access.set_contact(by=by, account=access.account_named(options["username"]), mobile=number)
        elif options["verb"] == "roles" and options["username"]:
            account = access.account_named(options["username"])
            with transaction.atomic():  # all of it or nothing
                for role in options["take"]:
                    access.take_role(by=by, account=account, role=role, scope=options["scope"])
                for role in options["give"]:
                    access.give_role(by=by, account=account, role=role, scope=options["scope"])
            self._print([{"role": held.role, "scope": held.scope} for held in access.held_by(account)], options)
        elif options["verb"] == "roles":
            self._print(
                [
                    {
                        "role": role.code,
                        "kind": role.kind,
                        "level": role.level,
                        "permissions": sorted(access.grants()[role.code]),
                    }
                    for role in access.roles().values()
                ],
                options,
            )
        else:
            self._print(
                [
                    {
                        "username": account.username,
                        "name": account.display_name,
                        "organization": account.organization,
                        "active": account.is_active,
                        "roles": [f"{a.role}@{a.scope}" if a.scope else a.role for a in account.assignments.all()],
                    }
                    for account in access.accounts()
                ],
                options,
            )

    def _print(self, rows: list[dict[str, Any]], options: dict[str, Any]) -> None:
        if options["as_json"]:
            self.print_json(rows)
            return
        for row in rows:
            self.stdout.write(
                "\t".join(",".join(value) if isinstance(value, list) else str(value) for value in row.values())
            )
