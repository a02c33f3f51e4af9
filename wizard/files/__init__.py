"""Files on disk: the one place that reads, writes and locks them.

    errors            why a file cannot be read or written, in sentences
    safe_path         a path without links, and which links are not followed
    sharing           which folders other users can write to
    folder            an open folder, in which nobody can redirect a name
    reading, trust    the content of a file, and who else could have written it
    target            replacing a file: lock, read, write, back up
    written           what a write has done, in sentences
    output            what a command writes for the user, to a file or a stream
    state_dir         drafts and crash reports
    staging           a complete new file that has no name yet
    leftovers         temporary files of processes that were killed
    attributes        owner, group, mode, access control list and extended attributes
    locking, signals  one writer at a time, and no signal between two steps

No other package opens a file for writing. Every failure is a `FileError` whose message an administrator can act on.
Nothing here depends on what a file contains.
"""
