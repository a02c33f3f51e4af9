"""The files of the AWS command line as three SDKs parse them: each by its own rules, and none as Python does.

`sections` has what they share: each dialect parses a text, and knows which sections a profile can be in.
"""
