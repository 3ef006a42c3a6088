"""The state of services as monitoring programs tell it: outages, planned maintenance, timed samples, patches."""
