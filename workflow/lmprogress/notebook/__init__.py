"""What `import lmprogress` offers in a notebook: runs, fits, papers.

In: folders, frames, PDFs. Out: frames with units, fits, figures.
"""
