"""Where accounts are reached."""

from jinling.foundation.access.queries import mobiles

CONTACTS = {"account": mobiles}
