"""One module per screen or dialog of the full-screen wizard.

Every step derives from `StepScreen`. Screens read the wizard's state and post messages; they keep no settings.
"""
