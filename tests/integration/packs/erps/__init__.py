"""How each ERP writes the same small business: `rows(world)` per pack, by table name."""
