"""The map of the whole conversation: read from the files and the code as they are, drawn as SVG and as a page."""
