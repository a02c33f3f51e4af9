"""What the real registry does with a configuration of ours."""
