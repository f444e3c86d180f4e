"""What pages and commands share: base templates, components, static files, requests, the terminal.

No models, no decisions about health care. Neighbours: every context's pages and commands.
"""
