"""Access: who may do what to whose record, for which purpose; accounts, roles, clients and their keys.

Nouns: Account, Assignment (a role held by an account), ApiClient, ApiKey, SignInCode. Permissions and the roles that
hold them are declared by each context in ``permissions.py`` and gathered here; whatever is not declared is denied.
Neighbours: every page and endpoint asks; messaging carries codes; audit keeps what was decided. Refuses shared
accounts, keys kept in clear and a superuser.
"""
