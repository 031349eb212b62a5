"""How the product's models are made: own data, training and evaluation; nothing here runs in production."""
