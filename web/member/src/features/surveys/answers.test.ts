import { expect, it } from "vitest";
import { missing, said, toggled } from "./answers.ts";
import type { Question } from "./data.ts";

const question = (id: string, kind: string, optional = false): Question => ({
  id,
  kind,
  optional,
  text: { zh: id, en: id },
});
const questions = [question("scale", "scale"), question("several", "choices", true), question("say", "text", true)];

it("sends what was said and leaves out what was not", () => {
  expect(said(questions, { scale: 4, several: [], say: "  " })).toEqual({ scale: 4 });
  expect(said(questions, { scale: 1, several: ["a"], say: "x", stray: "y" })).toEqual({
    scale: 1,
    several: ["a"],
    say: "x",
  });
});

it("knows what must still be answered", () => {
  expect(missing(questions, {}).map(({ id }) => id)).toEqual(["scale"]);
  expect(missing(questions, { scale: 5 })).toEqual([]);
});

it("takes an option up and lets it go again", () => {
  expect(toggled(undefined, "a")).toEqual(["a"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
});
