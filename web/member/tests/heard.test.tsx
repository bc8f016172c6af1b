import { choose } from "@jifen/look";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app/App.tsx";
import { queries } from "../src/shared/api.ts";
import { entries, everything, serve } from "./server.ts";

// Pages are loaded when they are first opened, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });

const name = (zh: string, en: string) => ({ zh, en });

const tickets = {
  kinds: [
    { id: "appeal", name: name("申诉", "appeal"), about: ["freeze", "entry"], resolve_hours: 48 },
    { id: "suggestion", name: name("建议", "suggestion"), about: [], resolve_hours: 168 },
  ],
  most_open: 2,
  text_chars: 1000,
  data: [] as unknown[],
};
const ticket = {
  id: "tkt_1",
  member: "lin",
  kind: "appeal",
  name: name("申诉", "appeal"),
  about: { of: "entry", id: "1" },
  text: "<b>没有异常</b>",
  state: "closed",
  opened_at: "2026-06-10T10:00:00+08:00",
  resolve_by: "2026-06-12T10:00:00+08:00",
  overdue: false,
  answers: [{ at: "2026-06-11T10:00:00+08:00", text: "已核实，予以恢复。" }],
  added: [{ at: "2026-06-10T12:00:00+08:00", after: 0, text: "当时在外地" }],
  result: "upheld",
};
const opened = { ...ticket, id: "tkt_2", state: "waiting", answers: [], added: [], result: undefined };

const survey = {
  id: "satisfaction",
  name: name("二季度满意度调查", "How content are you"),
  from: "2026-06-01",
  until: "2026-06-30",
  open: true,
  answered: false,
  questions: [
    { id: "overall", text: name("总体满意吗", "Content?"), kind: "scale", most: 5, optional: false },
    {
      id: "wish",
      text: name("希望增加哪些兑换", "Wishes?"),
      kind: "choices",
      optional: true,
      options: [
        { id: "coffee", name: name("咖啡", "coffee") },
        { id: "travel", name: name("出行", "travel") },
      ],
    },
    { id: "say", text: name("还有什么想说的", "What else?"), kind: "text", chars: 500, optional: true },
  ],
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  queries.clear();
  choose({ lang: "zh", theme: "system", plain: false });
});
afterEach(cleanup);

/** Notes what is posted to a path, and lets the answers change with it. */
function listen(path: string, then: () => void): unknown[] {
  const served = globalThis.fetch;
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST" && new URL(request.url).pathname === path) {
      bodies.push(JSON.parse(await request.clone().text()));
      then();
    }
    return served(request);
  });
  return bodies;
}

describe("members are heard", () => {
  // row MEM-11
  it("an appeal is about something, is sent once, and shows until when it is answered", async () => {
    const path = "/v1/members/lin/tickets";
    // The list and what is sent have one address: what is sent is answered with the ticket.
    let sent = false;
    serve({}, { answers: () => ({ ...everything, [path]: sent ? opened : tickets }) });
    const bodies = listen(path, () => (sent = true));
    history.replaceState(null, "", "/help");
    render(<App />);
    const send = await screen.findByRole("button", { name: "提交" });
    fireEvent.change(screen.getByLabelText("请说明情况"), { target: { value: "没有异常行为" } });
    // Without saying what it is about, it cannot be sent.
    expect(send).toHaveProperty("disabled", true);
    await screen.findByRole("option", { name: /消费积分 \+46/ });
    fireEvent.change(screen.getByLabelText("关于哪一笔"), { target: { value: "entry:1" } });
    fireEvent.click(send);
    fireEvent.click(send);
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    expect(bodies).toEqual([{ kind: "appeal", text: "没有异常行为", about: { of: "entry", id: "1" } }]);
  });

  it("what was answered is read there, as it was written", async () => {
    serve({ ...everything, "/v1/members/lin/tickets": { ...tickets, data: [ticket, opened] } });
    history.replaceState(null, "", "/help?about=freeze");
    render(<App />);
    await screen.findByText("已核实，予以恢复。");
    expect(screen.getAllByText("<b>没有异常</b>")).toHaveLength(2);
    expect(screen.getByText(/已办结 · 成立/)).toBeDefined();
    // What was added stands where it was said, and only what is open can be added to.
    const said = [...document.querySelectorAll(".said")].map((one) => one.textContent);
    expect(said.indexOf("当时在外地")).toBeLessThan(said.indexOf("已核实，予以恢复。"));
    expect(screen.getAllByText("补充说明")).toHaveLength(1);
    // The page that led here has said what it is about: only kinds that fit are offered.
    expect(screen.getByText("积分冻结")).toBeDefined();
    expect(screen.queryByRole("radio", { name: /建议/ })).toBeNull();
  });

  // row MEM-11
  it("a survey is answered once, with what was said and nothing else", async () => {
    let answered = false;
    serve(
      {},
      {
        answers: () => ({
          ...everything,
          "/v1/members/lin/surveys": { data: [{ ...survey, answered }] },
          "/v1/members/lin/survey-answers": {
            survey: survey.id,
            member: "lin",
            answers: {},
            at: entries.data[0]?.effective_at,
          },
        }),
      },
    );
    const bodies = listen("/v1/members/lin/survey-answers", () => (answered = true));
    history.replaceState(null, "", "/surveys");
    render(<App />);
    const send = await screen.findByRole("button", { name: "提交" });
    expect(send).toHaveProperty("disabled", true);
    expect(screen.getByText("还有 1 题必答。")).toBeDefined();
    fireEvent.click(screen.getByRole("radio", { name: /^4/ }));
    fireEvent.click(screen.getByRole("checkbox", { name: "咖啡" }));
    fireEvent.click(screen.getByRole("checkbox", { name: "出行" }));
    fireEvent.click(screen.getByRole("checkbox", { name: "咖啡" }));
    fireEvent.click(send);
    await screen.findByText(/您已作答/);
    expect(bodies).toEqual([{ survey: "satisfaction", answers: { overall: 4, wish: ["travel"] } }]);
  });
});
