"""The permissions of mpi by name; ``permissions.py`` says what each means and who holds it."""

READ = "mpi.read"
UNMASK = "mpi.unmask"
REGISTER = "mpi.register"
RELATIONS = "mpi.relations"
REVIEW = "mpi.review"
