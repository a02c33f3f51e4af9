"""The core types: settings, findings, secrets and endpoints.

Credentials are kept out of settings by `url_credentials`, and out of everything that is printed by `redaction`: code that
displays settings displays `redaction.displayed(settings)`.

To add a setting, declare it in `settings`; every user interface, the settings file and the documentation read the
declaration. To add a cause of a failure, declare it in `findings`.
"""
