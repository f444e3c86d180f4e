"""Where patients are reached."""

from jinling.foundation.mpi.queries import mobiles

CONTACTS = {"patient": mobiles}
