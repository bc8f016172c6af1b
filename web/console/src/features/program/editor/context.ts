import { createContext, use } from "react";
import type { BundleProblem } from "../api.ts";
import { items, setItem, spotAt, type Files, type Item, type List, type Path, type Plain } from "../model/bundle.ts";

/** A problem where it belongs: an item of a list and a key of it, or a file as a whole. */
export interface Spotted extends BundleProblem {
  list: List | null;
  at: number;
  key: string;
}

/** What everything inside the editor shares. */
export interface EditorState {
  files: Files;
  readOnly: boolean;
  currency: string;
  problems: Spotted[];
  edit: (label: string, change: (files: Files) => Files) => void;
}

const Context = createContext<EditorState | null>(null);

/** Gives everything below the editor's state. */
export const EditorProvider = Context.Provider;

/** The editor's state. */
export function useEditor(): EditorState {
  const state = use(Context);
  if (!state) throw new Error("useEditor outside of the editor");
  return state;
}

/** Finds where problems belong. */
export function spot(files: Files, problems: BundleProblem[]): Spotted[] {
  return problems.map((problem) => {
    const found = spotAt(files, problem.file, problem.line, problem.column);
    return { ...problem, list: found?.list ?? null, at: found?.at ?? -1, key: found?.key ?? "" };
  });
}

/** An item of a list for a form: what it says, how to change it, what is wrong with it. */
export interface ItemHandle {
  list: List;
  at: number;
  item: Item;
  readOnly: boolean;
  get: (path: Path) => Plain | undefined;
  set: (path: Path, value: Plain | undefined) => void;
  /** Problems below a key, as texts. */
  problems: (key: string) => string[];
}

/** An item of a list for a form. */
export function useItem(list: List, at: number): ItemHandle {
  const { files, edit, readOnly, problems } = useEditor();
  const item = items(files, list)[at] ?? {};
  return {
    list,
    at,
    item,
    readOnly,
    get: (path) => dig(item, path),
    set: (path, value) => edit(`${list}/${at}/${path.join("/")}`, (before) => setItem(before, list, at, path, value)),
    problems: (key) =>
      problems
        .filter((found) => found.list === list && found.at === at)
        .filter((found) => found.key === key || found.key.startsWith(`${key}.`))
        .map((found) => (found.suggestion ? `${found.message} → ${found.suggestion}` : found.message)),
  };
}

function dig(item: Item, path: Path): Plain | undefined {
  let value: unknown = item;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value as Plain | undefined;
}
