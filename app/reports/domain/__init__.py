"""The arithmetic of the report: from what the register holds to an edition's content. Pure."""
