"""What a version agrees beside tiers and points: promotions, floors, tax, compensation, accrual."""
