"""One small function for each thing that the registry needs from its store."""
