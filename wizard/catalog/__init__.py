"""What is known about stores and registries, as data.

To add a provider, add a table to `providers.toml`. To add a registry, add a module to `catalog/registries`. `policy`
builds the IAM policies.
"""
