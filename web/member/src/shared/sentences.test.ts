import { expect, it } from "vitest";
import { keyConditions } from "./sentences.ts";

// row COMP-03
it("key conditions are the sentences that hold something bold, under their headings", () => {
  const plain = { spans: [{ text: "每元得 1 积分。", bold: false }] };
  const key = {
    spans: [
      { text: "有效期至", bold: false },
      { text: "次年 1 月 1 日", bold: true },
    ],
  };
  const found = keyConditions([
    { heading: "获取积分", sentences: [plain] },
    { heading: "有效期", sentences: [plain, key] },
  ]);
  expect(found).toEqual([{ heading: "有效期", sentences: [key] }]);
});
