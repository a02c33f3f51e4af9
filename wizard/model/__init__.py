"""The core types: settings, findings, secrets and endpoints.

`url_credentials` keeps credentials out of addresses, and `redaction` out of everything that is printed: code that shows
settings shows `redaction.displayed(settings)`.

To add a setting, declare it in `settings`; every user interface, the settings file and the documentation read the
declaration. To add a cause of a failure, declare it in `findings`.
"""
