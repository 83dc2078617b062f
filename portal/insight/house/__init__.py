"""The GM's page: clients, promises, recommendation, and staff beside clients as far as the data allow."""
