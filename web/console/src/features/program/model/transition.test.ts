import { expect, it } from "vitest";
import { setTransition, transitionOf } from "./transition.ts";

const BEFORE = { "changes.yaml": "# Members are told 30 days before.\nnotice_days: 30\n" };

// row COMP-05
it("a transition is written beside what is there, and taken out again", () => {
  const earning = { version: 3, joined_before: "2026-06-01", until: "2026-12-31" };
  const kept = setTransition(BEFORE, "earning", earning);
  expect(transitionOf(kept)).toEqual({ earning, redeem: null });
  const both = setTransition(kept, "redeem", { units: ["old"], until: "2026-09-30" });
  expect(transitionOf(both).redeem).toEqual({ units: ["old"], until: "2026-09-30" });
  expect(both["changes.yaml"]).toContain("# Members are told 30 days before.");
  expect(both["changes.yaml"]).toContain("joined_before: 2026-06-01");
  const one = setTransition(both, "earning", null);
  expect(transitionOf(one)).toEqual({ earning: null, redeem: { units: ["old"], until: "2026-09-30" } });
  expect(setTransition(one, "redeem", null)).toEqual(BEFORE);
  expect(transitionOf({})).toEqual({ earning: null, redeem: null });
});
