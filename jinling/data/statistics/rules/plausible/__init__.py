"""Whether a month's figures can be, and are likely: held to what is declared of them and to the months before."""
