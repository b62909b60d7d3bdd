"""The gate's model: which view a picture shows, and whether it is a negative."""
