"""The lumbar spine from the side: the trunk around it, and all of it before tube and detector."""
