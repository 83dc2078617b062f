"""An employee's own page: what they logged, who thanked them, their score and why."""
