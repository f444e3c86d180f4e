"""The permissions of collection by name; ``permissions.py`` says what each means and who holds it."""

SUBMIT = "collection.submit"
SUPERVISE = "collection.supervise"

HOSPITAL_IT = "hospital_it"  # the role whose holders are told of an institution's uploads
