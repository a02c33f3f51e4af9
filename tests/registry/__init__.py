"""The verdict of a validation, compared with what the real registry (CNCF Distribution 2.8) does with the settings."""
