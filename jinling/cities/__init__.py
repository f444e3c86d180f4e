"""City packs: data, not code."""
