import { choose } from "@jifen/look";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { App } from "../src/app/App.tsx";
import { queries } from "../src/shared/api.ts";
import { everything, serve } from "./server.ts";

// Pages are loaded when they are first opened, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });

const name = (zh: string, en: string) => ({ zh, en });

const vote = {
  id: "next-mug",
  name: name("下一款联名杯", "The next mug"),
  state: "open",
  from: "2026-06-10T00:00:00+08:00",
  until: "2026-06-20T00:00:00+08:00",
  own: null,
  options: [
    { id: "cat", name: name("猫", "Cat"), ballots: null },
    { id: "dog", name: name("狗", "Dog"), ballots: null },
  ],
};
const over = {
  ...vote,
  id: "last-mug",
  name: name("上一款", "The last"),
  state: "closed",
  winner: "dog",
  own: "cat",
  options: [
    { id: "cat", name: name("猫", "Cat"), ballots: 3 },
    { id: "dog", name: name("狗", "Dog"), ballots: 7 },
  ],
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  queries.clear();
  history.replaceState(null, "", "/votes");
  choose({ lang: "zh", theme: "system", plain: false });
});
afterEach(cleanup);

it("a member chooses once, and sees how votes before came out", async () => {
  let own: string | null = null;
  serve(
    {},
    {
      answers: () => ({
        ...everything,
        "/v1/members/lin/votes": { data: [over, { ...vote, own }], next_cursor: null },
        "/v1/members/lin/ballots": { vote: "next-mug", option: "cat", at: "2026-06-18T20:15:00+08:00" },
      }),
    },
  );
  const served = globalThis.fetch;
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST") {
      sent.push(await request.clone().text());
      own = "cat";
    }
    return served(request);
  });
  render(<App />);
  await screen.findByText("7 票");
  expect(screen.getByText("胜出")).toBeDefined();
  const button = screen.getByRole("button", { name: "投票" });
  expect(button).toHaveProperty("disabled", true);
  fireEvent.click(screen.getByRole("radio", { name: "猫" }));
  fireEvent.click(button);
  fireEvent.click(button);
  await screen.findByText(/已收到您的选择/);
  expect(sent.map((body) => JSON.parse(body) as unknown)).toEqual([{ vote: "next-mug", option: "cat" }]);
});
