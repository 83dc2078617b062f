"""The portal's own format: one row is one posting on a guest's bill."""
