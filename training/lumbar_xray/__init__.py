"""Osteoporosis from a lateral lumbar radiograph: vertebra corners, the crop of L1-L3, four backbones."""
