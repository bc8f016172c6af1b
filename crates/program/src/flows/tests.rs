//! Flows over records in memory.
