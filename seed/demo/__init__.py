"""云溪市: a fictional city, made by a deterministic generator, loaded through the rooms."""
