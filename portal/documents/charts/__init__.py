"""Charts as SVG text, one code for pages and for paper: the caller chooses the palette."""
