"""Work that sleeps, raises, hangs or kills its own process."""
