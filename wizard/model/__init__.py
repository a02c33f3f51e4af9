"""The core types: settings, findings, secrets and endpoints.

To add a setting, declare it in `settings`; every user interface, the settings file and the documentation read the
declaration. To add a cause of a failure, declare it in `findings`.
"""
