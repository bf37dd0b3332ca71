"""Structure: what a snapshot as a whole shows. Modules and their imports, packages, architecture."""
