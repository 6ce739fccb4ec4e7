"""How fast the product is on very many pages: rows are generated, requests are real HTTP."""
