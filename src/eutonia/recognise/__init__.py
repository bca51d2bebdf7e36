"""Something is wrong: red flags first, then what fits and what does not, then what to check next."""
