"""Believable months of the bulletin and faults planted in them: how much of what people mistype do the checks find?

Whoever writes here has not read the checks, and what is judged knows nothing of this package: ``months`` makes clean
months, ``plant`` spoils copies of them, ``laws`` says how surprising a figure is to somebody who knows how the months
were made, ``ties`` what a printed month holds together by itself. ``python -m tests.faults`` measures in full.
"""
