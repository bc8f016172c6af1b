import { isMap, isScalar, isSeq, parseDocument, type Document } from "yaml";
import type { Path, Plain } from "./bundle.ts";

/** A plain value of a file: where it stands and what it says. */
export interface Leaf {
  path: Path;
  /** The names on the way, without the first; items of a list by their identifiers. */
  label: string[];
  value: boolean | number | string | string[];
}

/** What stands under one key at the top of a file. */
export interface Section {
  key: string;
  /** What the file says above it, in both languages as far as it does. */
  zh: string;
  en: string;
  leaves: Leaf[];
}

/** The values of a file that a field can change, key by key; nothing where it cannot be read. */
export function sections(text: string): Section[] {
  const document = parseDocument(text);
  const { contents } = document;
  if (document.errors.length > 0 || !isMap(contents)) return [];
  return contents.items.map((pair, at) => {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    const leaves: Leaf[] = [];
    collect(pair.value, [key], [], leaves);
    return { key, ...languages(commentOf(document, pair.key, at === 0)), leaves };
  });
}

function commentOf(document: Document, key: unknown, first: boolean): string {
  const own = isScalar(key) ? (key.commentBefore ?? "") : "";
  if (own || !first) return own;
  // Above the first key the parser takes a comment for the document's or the map's.
  const map = isMap(document.contents) ? (document.contents.commentBefore ?? "") : "";
  return map || (document.commentBefore ?? "");
}

/** Comments are written in English first, then in Chinese. */
function languages(comment: string): { zh: string; en: string } {
  // What stands apart above it is about the file as a whole.
  const own = comment.split(/\n\s*\n/).at(-1) ?? "";
  const line = own
    .split("\n")
    .map((part) => part.trim())
    .join(" ")
    .trim();
  const chinese = line.search(/[\u3400-\u9fff]/);
  if (chinese < 0) return { zh: line, en: line };
  const en = line.slice(0, chinese).trim();
  const zh = line.slice(chinese).trim();
  return { zh, en: en || zh };
}

function collect(node: unknown, path: Path, label: string[], into: Leaf[]): void {
  if (isScalar(node)) {
    const { value } = node;
    if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") {
      into.push({ path, label, value });
    }
    return;
  }
  if (isMap(node)) {
    for (const pair of node.items) {
      const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
      // What others refer to is not changed in passing.
      if (key !== "id") collect(pair.value, [...path, key], [...label, key], into);
    }
    return;
  }
  if (!isSeq(node)) return;
  const words = node.items.map((item) => (isScalar(item) && typeof item.value === "string" ? item.value : null));
  if (words.every((word) => word !== null)) {
    into.push({ path, label, value: words });
    return;
  }
  node.items.forEach((item, at) => {
    const id = isMap(item) ? (item.get("id") as Plain | undefined) : undefined;
    collect(item, [...path, at], [...label, String(id ?? at + 1)], into);
  });
}
