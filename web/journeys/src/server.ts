import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../../..");

/** The program to test: `JIFEN_BIN`, else the debug build. */
export function jifen(): string {
  const built = join(process.env["CARGO_TARGET_DIR"] ?? join(ROOT, "target"), "debug/jifen");
  const program = process.env["JIFEN_BIN"] ?? built;
  if (!existsSync(program))
    throw new Error(`${program} is not there: cargo build -p jifen-cli, after scripts/web.sh build`);
  return program;
}

const SHOP = "/shop/online";

/** A business fact as shops report it. */
export interface CloudEvent {
  specversion: "1.0";
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  data: Record<string, unknown>;
}

/** What the server answered. */
export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

/** A server of our own: the real program on a free port, its store in a folder that goes away. */
export class Server {
  private constructor(
    /** Where it listens, such as `http://127.0.0.1:40123`. */
    readonly url: string,
    /** The token that may do everything in its sandbox. */
    readonly token: string,
    /** The folder of its store. */
    readonly data: string,
    /** What it said when it started, and since. */
    readonly output: string[],
    private readonly process: ChildProcess,
  ) {}

  /** Starts a sandbox over an empty store and a rule book. */
  static async start({ program = "programs/rulebook" } = {}): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "jifen-journeys-"));
    const token = randomUUID();
    const flags = ["--data", join(folder, "data"), "--program", join(ROOT, program), "--sandbox"];
    const env = { ...process.env, JIFEN_SANDBOX_TOKEN: token };
    delete (env as Record<string, string | undefined>)["JIFEN_DATABASE_URL"];
    const child = spawn(jifen(), ["serve", ...flags, "--listen", "127.0.0.1:0"], { env });
    const output: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no server after 30 s:\n${output.join("")}`)), 30_000);
      const hear = (chunk: Buffer) => {
        output.push(chunk.toString());
        const listening = /^listening: (http:\S+)/m.exec(output.join(""));
        if (!listening?.[1]) return;
        clearTimeout(late);
        resolve(listening[1]);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${output.join("")}`)));
    });
    return new Server(url, token, join(folder, "data"), output, child);
  }

  /** Stops it and removes its folder. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGTERM");
      const late = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
    }
    rmSync(join(this.data, ".."), { recursive: true, force: true });
  }

  /** Asks the API with the sandbox's token, or another. */
  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    { token = this.token, type = "application/json", key }: { token?: string; type?: string; key?: string } = {},
  ): Promise<Answer<T>> {
    const headers = new Headers({ authorization: `Bearer ${token}` });
    if (body !== undefined) headers.set("content-type", type);
    if (key !== undefined) headers.set("idempotency-key", key);
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as T };
  }

  /** Asks the API and expects it to agree. */
  async get<T = Record<string, unknown>>(method: string, path: string, body?: unknown, options = {}): Promise<T> {
    const answer = await this.ask<T>(method, path, body, options);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Moves the sandbox's clock forward, and everything that fell due with it. */
  async moveTo(now: string): Promise<void> {
    await this.get("POST", "/v1/sandbox/clock", { now });
  }

  /** What the sandbox's clock shows. */
  async now(): Promise<string> {
    return (await this.get<{ now: string }>("GET", "/v1/sandbox/clock")).now;
  }

  /** Runs a command of the program over this server's store. */
  async command(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(jifen(), [...args, "--data", this.data]);
    return stdout;
  }

  /** A member pays for an order; each line is a category and an amount in minor units. */
  async pays(member: string, order: string, lines: [category: string, amount: number][], time?: string): Promise<void> {
    await this.report(this.paid(member, order, lines, time ?? (await this.now())));
  }

  /** The event of an order that was paid. */
  paid(member: string, order: string, lines: [category: string, amount: number][], time: string): CloudEvent {
    const amount = lines.reduce((sum, [, amount]) => sum + amount, 0);
    const data = {
      order,
      amount,
      currency: "CNY",
      channel: "app",
      lines: lines.map(([category, amount], at) => ({ sku: `s-${at}`, category, quantity: 1, amount })),
    };
    return { specversion: "1.0", id: `paid-${order}`, source: SHOP, type: "order.paid", subject: member, time, data };
  }

  /** Something else happens to a member, now. */
  async happens(member: string, type: string, data: Record<string, unknown> = {}): Promise<void> {
    const time = await this.now();
    await this.report({ specversion: "1.0", id: randomUUID(), source: SHOP, type, subject: member, time, data });
  }

  private async report(event: CloudEvent): Promise<void> {
    await this.get("POST", "/v1/events", event, { type: "application/cloudevents+json" });
  }

  /** A token that only this member may use, as a shop's app would get it. */
  async tokenOf(member: string): Promise<string> {
    return (await this.get<{ token: string }>("POST", `/v1/members/${member}/tokens`, {})).token;
  }
}
