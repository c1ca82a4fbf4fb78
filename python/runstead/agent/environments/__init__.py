"""The environments of a node: what jobs name is built once, shared between them, and removed when room is needed."""
