"""The only rooms on the network: the door to boto3, the checks, the probe that runs them, the diagnosis."""
