"""The permissions of scheduling by name; ``permissions.py`` says what each means and who holds it."""

BOOK = "scheduling.book"
READ_OWN_HOSPITAL = "scheduling.hospital.read"
KEEP_SCHEDULES = "scheduling.schedules.write"
DESK = "scheduling.desk"
KEEP_POLICIES = "scheduling.policies.write"
LIFT_PENALTIES = "scheduling.penalties.lift"
