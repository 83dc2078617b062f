"""For which company a page was opened: a form filled in for one is never sent for another."""
