import { expect, it } from "vitest";
import { optionsOf } from "./options.ts";

it("reads an option from each line, with its English name after a bar", () => {
  expect(optionsOf("猫 | Cat\n\n 狗 \n|nameless\n")).toEqual([
    { id: "option-1", name: { zh: "猫", en: "Cat" } },
    { id: "option-2", name: { zh: "狗", en: "狗" } },
  ]);
});
