"""Impact letters: each company is told what its last year would have been under the new rules."""
