"""The agreement with companies: published in versions, each accepted by whoever runs an account."""
