"""The price of a stay night by night, as a company's contract and the rules of each night make it."""
