"""A person's chest, part by part, and all of it before tube and detector."""
