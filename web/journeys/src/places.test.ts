import { describe, expect, it } from "vitest";
import { ROUTES as CONSOLE } from "../../console/src/app/routes.ts";
import { ROUTES as MEMBER } from "../../member/src/app/routes.ts";
import { ofConsole, ofMember } from "./places.ts";

const world = { draft: "d-1", redemptions: { waiting: "r-1", sent: "r-2", used: "r-3", booked: "r-4" } };

describe("pictures and checks of every page", () => {
  it.each([
    ["the console", ofConsole(world), Object.keys(CONSOLE)],
    ["the member app", ofMember(world), Object.keys(MEMBER)],
  ])("leave out no route of %s, and no two share a name", (_, places, routes) => {
    expect(places.length).toBeGreaterThanOrEqual(routes.length);
    const names = places.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
