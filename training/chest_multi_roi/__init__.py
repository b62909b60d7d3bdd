"""The chest family: 16 landmarks by graph learning, seven regions, and one network that tells lumbar BMD."""
