import { beforeEach, describe, expect, it, vi } from "vitest";

describe("settings", () => {
  beforeEach(() => {
    localStorage.clear();
    vi.resetModules();
  });

  it("are kept on the device and written on the page", async () => {
    const { choose, settings } = await import("./settings.ts");
    choose({ lang: "en", theme: "dark", plain: true });
    const root = document.documentElement;
    expect([root.lang, root.dataset["theme"], "plain" in root.dataset]).toEqual(["en", "dark", true]);
    choose({ theme: "system", plain: false });
    expect([root.dataset["theme"], "plain" in root.dataset]).toEqual([undefined, false]);
    expect(settings()).toEqual({ lang: "en", theme: "system", plain: false });
    vi.resetModules();
    expect((await import("./settings.ts")).settings().lang).toBe("en");
  });

  it.each(["{", '"x"', "null", '{"lang":"fr","theme":"pink","plain":"yes"}'])("survive %s", async (kept) => {
    localStorage.setItem("jifen.settings", kept);
    const { settings } = await import("./settings.ts");
    expect(settings()).toMatchObject({ theme: "system", plain: false });
  });
});
