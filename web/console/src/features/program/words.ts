import type { Say } from "../../shared/language.tsx";
import type { Version } from "./api.ts";

/** Where a version stands, with the color that goes with it. */
export function versionState(version: Version, say: Say): { text: string; color: string } {
  switch (version.state) {
    case "in_force":
      return { text: say("现行", "In force"), color: "green" };
    case "scheduled":
      return { text: say("待生效", "Scheduled"), color: "blue" };
    case "withdrawn":
      return { text: say("已撤回", "Withdrawn"), color: "default" };
    default:
      return version.in_force
        ? { text: say("现行", "In force"), color: "green" }
        : { text: say("历史", "Past"), color: "default" };
  }
}
