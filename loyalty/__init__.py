"""What every capability shares: accounts and ledger, money, time, events, errors, HTTP and identity."""
