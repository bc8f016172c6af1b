export * from "./format.ts";
export * from "./settings.ts";
export * from "./texts.ts";
export * from "./tokens.ts";
