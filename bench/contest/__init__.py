"""Our engine and its peers on the same firms. Runs in an environment of its own."""
