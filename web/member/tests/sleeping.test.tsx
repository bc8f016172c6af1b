import { choose } from "@jifen/look";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app/App.tsx";
import { queries } from "../src/shared/api.ts";
import { everything, serve } from "./server.ts";

// Pages are loaded when they are first opened, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });

const name = (zh: string, en: string) => ({ zh, en });
const yuan = (amount: number) => ({ amount, currency: "CNY" });

const ways = {
  unit: "points",
  dormant: 350,
  data: [
    {
      id: "to-growth",
      name: name("转为成长值", "Growth"),
      kind: "unit",
      points: 1,
      most: 350,
      unit: "points",
      unit_points: 2,
    },
    {
      id: "to-cash",
      name: name("换现金券", "Cash"),
      kind: "voucher",
      points: 100,
      most: 350,
      amount: yuan(100),
      days: 90,
    },
    {
      id: "to-charity",
      name: name("捐赠公益", "Charity"),
      kind: "charity",
      points: 500,
      most: 350,
      cause: name("公益基金", "the fund"),
    },
  ],
};

const past = {
  id: "cnv_1",
  member: "lin",
  conversion: "to-cash",
  name: name("换现金券", "Cash"),
  unit: "points",
  points: 200,
  kind: "voucher",
  at: "2026-06-01T10:00:00+08:00",
  amount: yuan(200),
  voucher: "CASH-77",
  expires_at: "2026-08-30T00:00:00+08:00",
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  queries.clear();
  history.replaceState(null, "", "/sleeping");
  choose({ lang: "zh", theme: "system", plain: false });
  HTMLDialogElement.prototype.showModal = vi.fn(function (this: HTMLDialogElement) {
    this.open = true;
  });
  HTMLDialogElement.prototype.close = vi.fn(function (this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  });
});
afterEach(cleanup);

describe("points that rest", () => {
  it("say how they wake and what else they may become, and become it once, in whole parts", async () => {
    const answers: Record<string, unknown> = {
      ...everything,
      "/v1/members/lin/conversion-ways": ways,
      "/v1/members/lin/conversions": { data: [past] },
    };
    serve({}, { answers: () => answers });
    render(<App />);
    await screen.findByText("休眠中");
    expect(document.querySelector(".big")?.textContent).toContain("350");
    expect(screen.getByText(/100 积分 换 ¥1.00 现金券 · 90 天内有效 · 最多 300 积分/)).toBeDefined();
    // What is too little for a way says so, and cannot be chosen.
    expect(screen.getByText(/积分不足 500 积分/)).toBeDefined();
    expect(screen.queryByRole("button", { name: /捐赠公益/ })).toBeNull();

    fireEvent.click(screen.getByRole("button", { name: "转换 · 换现金券" }));
    const amount = screen.getByLabelText("转换多少积分");
    const yes = screen.getByRole("button", { name: "确认转换" });
    for (const wrong of ["150", "400", "", "x", "-100"]) {
      fireEvent.change(amount, { target: { value: wrong } });
      expect(yes, wrong).toHaveProperty("disabled", true);
    }
    fireEvent.change(amount, { target: { value: "200" } });
    expect(screen.getByText("得到一张 ¥2.00 现金券")).toBeDefined();

    const sent: string[] = [];
    const served = globalThis.fetch;
    vi.stubGlobal("fetch", async (request: Request) => {
      if (request.method === "POST") sent.push(await request.clone().text());
      return served(request);
    });
    fireEvent.click(yes);
    fireEvent.click(yes);
    await waitFor(() => expect(screen.queryByLabelText("转换多少积分")).toBeNull());
    expect(sent.map((body) => JSON.parse(body) as unknown)).toEqual([{ conversion: "to-cash", points: 200 }]);
  });

  it("are none where nothing rests, and what came of them is still there", async () => {
    serve({
      ...everything,
      "/v1/members/lin/conversion-ways": { ...ways, dormant: 0 },
      "/v1/members/lin/conversions": { data: [past] },
    });
    render(<App />);
    await screen.findByText(/您没有休眠积分/);
    await screen.findByText("CASH-77");
    expect(screen.getByText(/¥2.00 · 有效至/)).toBeDefined();
    expect(screen.queryByText("转换成")).toBeNull();
  });
});
