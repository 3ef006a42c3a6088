"""The documents the law asks for: kinds as data, figures from measurements and costs, texts written by people."""
