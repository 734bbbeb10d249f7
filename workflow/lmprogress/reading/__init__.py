"""Reading: from the PDF of a paper to typed values with their place on the page. Knows nothing of laws."""
