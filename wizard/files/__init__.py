"""Files on disk: reading a file, replacing it atomically under a lock, resolving a path safely, the state folder.

Every failure is a `FileError` whose message an administrator can act on. Nothing here depends on what a file contains.
"""
