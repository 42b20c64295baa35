"""The whole route, driven step by step on real rooms with a fake ERP, CRM and clock."""
