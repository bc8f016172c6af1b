import { beforeEach, describe, expect, it, vi } from "vitest";

describe("a token behind the address", () => {
  beforeEach(() => {
    sessionStorage.clear();
    vi.resetModules();
  });

  it("is taken and removed from the address at once, and lives as long as the tab", async () => {
    history.replaceState(null, "", "/history?x=1#token=abc");
    const { takeToken, token } = await import("./session.ts");
    takeToken();
    expect(location.href).toBe("http://jifen.test/history?x=1");
    expect(token()).toBe("abc");
    expect(localStorage.getItem("jifen.token")).toBeNull();
    vi.resetModules();
    const again = await import("./session.ts");
    again.takeToken();
    expect(again.token()).toBe("abc");
    again.forget();
    expect(again.token()).toBeNull();
    expect(sessionStorage.length).toBe(0);
  });

  it("leaves other fragments alone", async () => {
    history.replaceState(null, "", "/guide#worth");
    const { takeToken, token } = await import("./session.ts");
    takeToken();
    expect(location.hash).toBe("#worth");
    expect(token()).toBeNull();
  });
});
