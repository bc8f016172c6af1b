import { choose } from "@jifen/look";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Answer } from "./Answer.tsx";
import { Problem } from "./problem.ts";

function Shown({ ask }: { ask: () => Promise<string[]> }) {
  const query = useQuery({ queryKey: ["x"], queryFn: ask, retry: false });
  return (
    <Answer query={query} empty={{ when: (list) => list.length === 0, text: "nobody" }}>
      {(list) => list.join(" ")}
    </Answer>
  );
}

function show(ask: () => Promise<string[]>) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Shown ask={ask} />
    </QueryClientProvider>,
  );
}

beforeEach(() => choose({ lang: "en" }));
afterEach(cleanup);

describe("an answer", () => {
  it("is waited for", () => {
    show(() => new Promise(() => undefined));
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  });

  it("is something, or says that there is nothing", async () => {
    show(() => Promise.resolve(["<b>one</b>", "two"]));
    expect(await screen.findByText("<b>one</b> two")).toBeTruthy();
    cleanup();
    show(() => Promise.resolve([]));
    expect(await screen.findByText("nobody")).toBeTruthy();
  });

  it("fails with the title, the support number, and another try", async () => {
    let tries = 0;
    const failed = new Problem(503, { type: "x/busy", title: "Busy", detail: "Later.", instance: "req-7" });
    show(() => (++tries === 1 ? Promise.reject(failed) : Promise.resolve(["well"])));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Busy");
    expect(alert.textContent).toContain("req-7");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("well")).toBeTruthy();
  });
});
