import type { components } from "@jifen/api";

/** A change that waits for a second person, or waited. */
export type Approval = components["schemas"]["Approval"];
