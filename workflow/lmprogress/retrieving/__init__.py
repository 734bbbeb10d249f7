"""Where papers come from: the manifest, arXiv, and the network with its dangers."""
