export * from "./client.ts";
export * from "./problem.ts";
export type { components, operations, paths } from "./schema.d.ts";
