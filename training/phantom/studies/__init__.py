"""Pages on the phantoms: people, physics, realism, and what can be known from a chest at best."""
