"""What is known about providers and registries, as data, and what follows from it for the settings.

To add a provider, add a table to `providers.toml`; `presets` applies it, `endpoints` recognises it by its endpoint. To
add a registry, add a module to `catalog/registries`. `policy` builds the IAM policies. Nothing here uses the network.
"""
