"""lmprogress: from a pile of papers to the rate of algorithmic progress in language models."""
