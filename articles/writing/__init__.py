"""What editors are told about a text: dead links, pictures that say nothing, and how hard it is to read."""
