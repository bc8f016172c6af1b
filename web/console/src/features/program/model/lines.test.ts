import { describe, expect, it } from "vitest";
import { step } from "../useEditing.ts";
import { changedFiles, compare, mergeFiles } from "./lines.ts";

describe("two versions of a text", () => {
  it("shows what came and what went", () => {
    expect(compare("a\nb\nc", "a\nx\nc\nd")).toEqual([
      { kind: "same", text: "a" },
      { kind: "removed", text: "b" },
      { kind: "added", text: "x" },
      { kind: "same", text: "c" },
      { kind: "added", text: "d" },
    ]);
  });

  it("lays changes of different files over each other, and never chooses between two of one file", () => {
    const base = { a: "1", b: "1", c: "1" };
    expect(mergeFiles(base, { ...base, a: "2" }, { ...base, b: "3" })).toEqual({ a: "2", b: "3", c: "1" });
    expect(mergeFiles(base, { ...base, a: "2" }, { ...base, a: "3" })).toBeNull();
    expect(mergeFiles(base, { ...base, a: "2" }, { ...base, a: "2" })).toEqual({ ...base, a: "2" });
    expect(mergeFiles(base, { a: "1", b: "1" }, base)).toEqual({ a: "1", b: "1" });
    expect(changedFiles(base, { a: "1", b: "2" })).toEqual(["b", "c"]);
  });
});

describe("undo and redo", () => {
  const start = { past: [], present: { a: "1" }, future: [], last: null };
  const two = { a: "2" };
  const three = { a: "3" };

  it("goes back and forth, and forgets the future with a new step", () => {
    const edited = step(step(start, { type: "edit", files: two, label: "x", at: 0 }), {
      type: "edit",
      files: three,
      label: "y",
      at: 10,
    });
    const undone = step(edited, { type: "undo" });
    expect(undone.present).toBe(two);
    expect(step(undone, { type: "redo" }).present).toBe(three);
    expect(step(step(undone, { type: "undo" }), { type: "undo" }).present).toBe(start.present);
    expect(step(undone, { type: "edit", files: { a: "9" }, label: "x", at: 20 }).future).toEqual([]);
  });

  it("takes quick changes of one field for one step", () => {
    const typed = step(step(start, { type: "edit", files: two, label: "x", at: 0 }), {
      type: "edit",
      files: three,
      label: "x",
      at: 100,
    });
    expect(typed.past).toHaveLength(1);
    expect(step(typed, { type: "edit", files: two, label: "x", at: 9_000 }).past).toHaveLength(2);
  });
});
