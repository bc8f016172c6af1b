import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLMap, type YAMLSeq } from "yaml";

/**
 * The documents of a rule book, read and changed in place: comments, order and everything a form does not know stay as
 * they are.
 */

/** A bundle: texts by file name. */
export type Files = Record<string, string>;

/** A way into a document: names of keys and places in lists. */
export type Path = (string | number)[];

/** The file each list of a bundle stands in. */
export const LISTS = {
  badges: "tasks.yaml",
  benefits: "tiers.yaml",
  caps: "caps.yaml",
  days: "occasions.yaml",
  gifts: "rewards.yaml",
  leaderboards: "leaderboards.yaml",
  multipliers: "earning.yaml",
  patterns: "abuse.yaml",
  rules: "earning.yaml",
  sources: "sources.yaml",
  streaks: "streaks.yaml",
  tasks: "tasks.yaml",
  tiers: "tiers.yaml",
  units: "units.yaml",
} as const;

/** A list of a bundle. */
export type List = keyof typeof LISTS;

/** What stands in a document, as plain values. */
export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** An item of a list with what its keys say. */
export type Item = Record<string, Plain | undefined>;

const parsed = new Map<string, Document.Parsed>();

/** A document for reading; parsing is remembered because forms ask often. */
function peek(text: string): Document.Parsed {
  const known = parsed.get(text);
  if (known) return known;
  const document = parseDocument(text);
  if (parsed.size > 60) parsed.clear();
  parsed.set(text, document);
  return document;
}

/** Why a file cannot be read as YAML, or nothing when it can. */
export function broken(text: string): { line: number; column: number; message: string } | null {
  const error = peek(text).errors[0];
  if (!error) return null;
  const [at] = error.linePos ?? [];
  return { line: at?.line ?? 1, column: at?.col ?? 1, message: error.message.split("\n")[0] ?? error.code };
}

/** The items of a list; nothing where the file is missing or cannot be read. */
export function items(files: Files, list: List): Item[] {
  const text = files[LISTS[list]];
  if (text === undefined) return [];
  const document = peek(text);
  if (document.errors.length > 0) return [];
  const value = (document.toJS() as Record<string, unknown> | null)?.[list];
  return Array.isArray(value) ? (value as Item[]) : [];
}

/** What a file says at a place. */
export function valueAt(files: Files, file: string, path: Path): Plain | undefined {
  const text = files[file];
  if (text === undefined) return undefined;
  const document = peek(text);
  if (document.errors.length > 0) return undefined;
  const node = document.getIn(path, true);
  if (node === undefined) return undefined;
  return (isScalar(node) ? node.value : (node as { toJSON: () => unknown }).toJSON()) as Plain;
}

/** Changes a document and writes it again with everything else as it was. */
function rewrite(files: Files, file: string, act: (document: Document.Parsed) => void): Files {
  const document = parseDocument(files[file] ?? "");
  if (document.errors.length > 0) return files;
  act(document);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  return text === files[file] ? files : { ...files, [file]: text };
}

/** A value as a node: small things on one line, as people write them. */
function node(document: Document, value: Plain): unknown {
  return typeof value === "object" && value !== null ? document.createNode(value, { flow: isSmall(value) }) : value;
}

function isSmall(value: Plain[] | Record<string, Plain>): boolean {
  return JSON.stringify(value).length < 90;
}

/** Writes a value at a place; `undefined` removes what is there. */
export function set(files: Files, file: string, path: Path, value: Plain | undefined): Files {
  return rewrite(files, file, (document) => {
    if (value === undefined) {
      document.deleteIn(path);
      return;
    }
    const parent = path.slice(0, -1);
    if (parent.length > 0 && !document.hasIn(parent)) {
      document.setIn(parent, document.createNode({}, { flow: true }));
    }
    document.setIn(path, node(document, value));
  });
}

/** Writes a value of an item. */
export function setItem(files: Files, list: List, at: number, path: Path, value: Plain | undefined): Files {
  return set(files, LISTS[list], [list, at, ...path], value);
}

/** Puts an item into a list, at its end unless a place is named. */
export function insert(files: Files, list: List, item: Record<string, Plain>, at?: number): Files {
  return rewrite(files, LISTS[list], (document) => {
    const map = document.createNode({}) as YAMLMap;
    for (const [key, value] of Object.entries(item)) map.set(key, node(document, value));
    const found = document.get(list);
    if (isSeq(found)) {
      ownFirstComment(found);
      const place = Math.min(at ?? found.items.length, found.items.length);
      found.items.splice(place, 0, map);
      spread(found.items);
      return;
    }
    const seq = document.createNode([]) as unknown as YAMLSeq;
    seq.items.push(map);
    if (!isMap(document.contents)) document.contents = document.createNode({}) as unknown as typeof document.contents;
    document.set(list, seq);
  });
}

/** Takes an item out of a list. */
export function remove(files: Files, list: List, at: number): Files {
  return rewrite(files, LISTS[list], (document) => {
    const found = document.get(list);
    if (!isSeq(found)) return;
    ownFirstComment(found);
    found.items.splice(at, 1);
    spread(found.items);
    if (found.items.length === 0) found.flow = true;
  });
}

/** Moves an item; its comments go with it. */
export function move(files: Files, list: List, from: number, to: number): Files {
  return rewrite(files, LISTS[list], (document) => {
    const found = document.get(list);
    if (!isSeq(found)) return;
    ownFirstComment(found);
    const [item] = found.items.splice(from, 1);
    if (item !== undefined) found.items.splice(to, 0, item);
    spread(found.items);
  });
}

/** The comment above the first item belongs to that item, not to the list: so it goes where the item goes. */
function ownFirstComment(list: YAMLSeq): void {
  const [first] = list.items;
  if (!list.commentBefore || !isMap(first)) return;
  first.commentBefore = list.commentBefore;
  list.commentBefore = null;
}

/** An empty line between items that stand as blocks, none before the first. */
function spread(list: unknown[]): void {
  list.forEach((item, at) => {
    if (isMap(item) && !item.flow) item.spaceBefore = at > 0;
  });
}

/** An identifier that the list does not have yet. */
export function freshId(files: Files, list: List, wish: string): string {
  const taken = new Set(items(files, list).map((item) => item["id"]));
  if (!taken.has(wish)) return wish;
  for (let number = 2; ; number += 1) if (!taken.has(`${wish}-${number}`)) return `${wish}-${number}`;
}

/** An item as it stands in the file, and its replacement by another text. */
export function itemText(files: Files, list: List, at: number): string {
  const text = files[LISTS[list]];
  if (text === undefined) return "";
  const found = peek(text).getIn([list, at], true);
  const range = (found as { range?: [number, number, number] } | undefined)?.range;
  if (!range) return "";
  return outdent(text.slice(0, range[0]), text.slice(range[0], range[1]));
}

function outdent(before: string, text: string): string {
  const column = before.length - (before.lastIndexOf("\n") + 1);
  const margin = new RegExp(`^ {1,${column}}`, "gm");
  return text.replace(margin, "").trimEnd();
}

/** Replaces an item by what a text says; the problem when the text cannot be read. */
export function replaceItem(files: Files, list: List, at: number, text: string): Files | string {
  const document = parseDocument(text);
  const error = document.errors[0];
  if (error) return error.message.split("\n")[0] ?? error.code;
  if (!isMap(document.contents)) return "key: value";
  return rewrite(files, LISTS[list], (whole) => {
    const before = whole.getIn([list, at], true) as YAMLMap | undefined;
    const fresh = parseDocument(text).contents as unknown as YAMLMap;
    if (before) {
      fresh.commentBefore = before.commentBefore ?? fresh.commentBefore ?? null;
      fresh.spaceBefore = before.spaceBefore ?? false;
    }
    whole.setIn([list, at], fresh);
  });
}

/** Where a line of a file lies in its lists: which item, and under which key of it. */
export interface Spot {
  list: List;
  at: number;
  /** The keys below the item, such as `award.percent`. */
  key: string;
}

/** Finds what stands at a line and column (from 1) of a file. */
export function spotAt(files: Files, file: string, line: number, column: number): Spot | null {
  const text = files[file];
  if (text === undefined) return null;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const start = lines.lineStarts[line - 1];
  if (start === undefined) return null;
  const offset = start + Math.max(0, column - 1);
  for (const list of Object.keys(LISTS) as List[]) {
    if (LISTS[list] !== file) continue;
    const found = document.get(list);
    if (!isSeq(found)) continue;
    const at = found.items.findIndex((item) => covers(item, offset));
    if (at >= 0) return { list, at, key: keyAt(found.items[at], offset) };
  }
  return null;
}

function covers(item: unknown, offset: number): boolean {
  const range = (item as { range?: [number, number, number] | null }).range;
  return Array.isArray(range) && range[0] <= offset && offset < range[2];
}

function keyAt(item: unknown, offset: number): string {
  if (!isMap(item)) return "";
  for (const pair of item.items) {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    if (covers(pair.key, offset)) return key;
    if (pair.value && covers(pair.value, offset)) {
      const below = keyAt(pair.value, offset);
      return below ? `${key}.${below}` : key;
    }
  }
  return "";
}
