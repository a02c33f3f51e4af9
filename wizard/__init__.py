"""storage-wizard configures S3 storage for a container registry, and tests it with the registry's own calls.

Package layout, highest layer first; a layer imports only from layers below it (import-linter contracts in
`pyproject.toml`). Each package's docstring says what belongs in it and how to extend it.

    cli                   entry point, argument parser and commands
    tui, prompts          the wizard on a full screen, and line by line
    session, console      the state of one run; streams, signals and terminals
    verification          verifies a running registry
    validation, demo      runs the checks; the store of `storage-wizard --demo`
    checks                what is checked, one function per check
    diagnosis, oci        turns errors of a store into findings; the client of a registry
    s3                    the S3 client; the only package that uses boto3, botocore and urllib3
    rules, formats        what is wrong without asking a store; import and export
    catalog               what is known about stores and registries
    config                the settings file
    model                 settings, findings, secrets and endpoints
    files, text           safe files; text for terminals
"""

__version__ = "0.1.0"
