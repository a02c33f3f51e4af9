"""The full-screen wizard, built on Textual.

`app` wires the screens to the wizard's state; `screens`, `widgets` and `terminal` hold what their names say. Nothing
here imports boto3 or botocore. To add a screen, add a module to `tui/screens`, a step to `session/steps` and the
screen to `_new_screen` in `app`.
"""
