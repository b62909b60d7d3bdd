"""Bone mineral density of L1 to L4 from a spine DXA picture: network, training, evaluation and studies."""
