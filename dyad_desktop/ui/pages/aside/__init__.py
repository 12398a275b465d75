"""Set aside: what a laptop wrote after it was given up, to be taken or left out."""
