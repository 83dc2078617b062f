"""What is asked, word for word; a question that was asked never changes its words."""
