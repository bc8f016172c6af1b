//! The rule books that come with the product, loaded and judged as they are.

mod bundles;
mod programs;
