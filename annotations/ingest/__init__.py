"""From hostile bytes to documents and pages."""
