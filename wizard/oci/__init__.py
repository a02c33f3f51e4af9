"""A small client of a registry's HTTP API, the OCI distribution specification
(https://github.com/opencontainers/distribution-spec/blob/main/spec.md).

`client` makes the calls, `authentication` signs in, and `transport` sends one request. Nothing here judges an answer:
that is what `wizard.verification` does.
"""
