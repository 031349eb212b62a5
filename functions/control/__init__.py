"""Control: what two people decide about one member's account, and limits on how fast a tenant may give points."""
