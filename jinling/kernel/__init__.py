"""Pure Python, imports nothing of ours: identifiers, periods, outcomes, sockets."""
