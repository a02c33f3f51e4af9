"""The state of one wizard run, independent of how it is displayed.

Here are the steps, the entered values with their messages, drafts, and the actions on a store that all user interfaces
offer. To add a step, declare it in `steps`. Sentences that several user interfaces show are in `texts`.
"""
