"""Files on disk: reading and replacing them safely, resolving paths, and the folder for state."""
