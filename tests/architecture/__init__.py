"""Rules for the source that hold everywhere: layout, imports, forbidden calls, wording, and what the linters say."""
