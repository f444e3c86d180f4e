"""``python -m jinling`` is the ``jinling`` command."""

from jinling.config.cli import main

main()
