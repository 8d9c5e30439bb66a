"""What readers send about listings, from the form to the desk. Nothing of it changes a listing before somebody who
works here has decided about it."""
