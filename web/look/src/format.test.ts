import { describe, expect, it } from "vitest";
import { daysUntil, dayOf, formatInstant, formatMoney, formatNear, formatPoints } from "./format.ts";

const ZONE = "Asia/Shanghai";

describe("points", () => {
  it("are grouped, with a sign where a change is meant", () => {
    expect(formatPoints(1234567, "zh")).toBe("1,234,567");
    expect(formatPoints(46, "zh", { sign: true })).toBe("+46");
    expect(formatPoints(-1300, "en", { sign: true })).toBe("−1,300");
    expect(formatPoints(0, "en", { sign: true })).toBe("0");
  });
});

describe("money", () => {
  it("is exact to the minor unit, however large", () => {
    expect(formatMoney({ amount: 4600, currency: "CNY" }, "zh")).toBe("¥46.00");
    expect(formatMoney({ amount: 5, currency: "CNY" }, "zh")).toBe("¥0.05");
    expect(formatMoney({ amount: 900719925474099, currency: "CNY" }, "zh")).toBe("¥9,007,199,254,740.99");
    expect(formatMoney({ amount: -1250, currency: "CNY" }, "en")).toBe("−¥12.50");
  });

  it("knows currencies without minor units, and survives what is none", () => {
    expect(formatMoney({ amount: 1250, currency: "JPY" }, "en")).toBe("¥1,250");
    expect(formatMoney({ amount: 1250, currency: "??" }, "en")).toBe("12.50");
  });
});

describe("instants", () => {
  it("are shown in the program's zone, not the device's", () => {
    expect(formatInstant("2026-06-18T16:30:00Z", "zh", ZONE, "day")).toBe("2026年6月19日");
    expect(formatInstant("2026-06-18T16:30:00Z", "en", ZONE, "minute")).toMatch(/Jun 19, 2026.*00:30/);
    expect(dayOf("2027-12-31T23:59:59+08:00", ZONE)).toBe("2027-12-31");
  });

  it("are relative when near", () => {
    const now = new Date("2026-06-18T12:00:00+08:00");
    expect(daysUntil("2026-06-19T00:00:01+08:00", now, ZONE)).toBe(1);
    expect(formatNear("2026-06-18T11:57:00+08:00", now, "zh", ZONE)).toBe("3分钟前");
    expect(formatNear("2026-06-19T00:00:01+08:00", now, "en", ZONE)).toBe("tomorrow");
    expect(formatNear("2026-12-31T23:59:59+08:00", now, "en", ZONE)).toBe("December 31, 2026");
  });
});
