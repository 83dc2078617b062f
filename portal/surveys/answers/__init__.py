"""What was answered: kept from the first tap, one submission a link; and thanks that reach a colleague."""
