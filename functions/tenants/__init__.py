"""The mall's tenants: their register, their tills' keys, and the authorizer that knows both."""
