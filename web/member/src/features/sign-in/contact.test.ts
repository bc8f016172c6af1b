import { expect, it } from "vitest";
import { contactOf } from "./contact.ts";

it.each([
  ["138 1234 5678", { phone: "13812345678" }],
  ["+86 138-1234-5678", { phone: "+8613812345678" }],
  [" lin@example.com ", { email: "lin@example.com" }],
  ["lin@", null],
  ["lin", null],
  ["12", null],
  ["", null],
  ["<script>", null],
])("reads %s", (typed, contact) => {
  expect(contactOf(typed)).toEqual(contact);
});
