"""How a contract was bought: market engagement, tender, award, follow-up and the next schedule."""
