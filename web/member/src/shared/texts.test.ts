import { type Text, flaws } from "@jifen/look";
import { describe, expect, it } from "vitest";
import { kinds } from "./kinds.ts";

const catalogs = {
  ...import.meta.glob<{ texts: Record<string, Text> }>("../**/texts.ts", { eager: true }),
  kinds: { texts: kinds as Record<string, Text> },
};

describe("texts of the member app", () => {
  it.each(Object.entries(catalogs))("%s says the same in both languages", (_, { texts }) => {
    expect(flaws(texts)).toEqual([]);
  });

  it("are all here", () => {
    expect(Object.keys(catalogs).length).toBeGreaterThanOrEqual(7);
  });

  it("hold no word that is only for those who build it", () => {
    const said = Object.values(catalogs).flatMap(({ texts }) => Object.values(texts));
    const inside = said.filter(({ en }) => /\b(lot|lots|entry|entries|hold|holds|ledger|journal|wallet)\b/i.test(en));
    expect(inside).toEqual([]);
  });

  it("reserve no right", () => {
    const said = Object.values(catalogs).flatMap(({ texts }) => Object.values(texts));
    expect(said.filter(({ zh, en }) => /解释权/.test(zh) || /reserve|final interpretation/i.test(en))).toEqual([]);
  });
});
