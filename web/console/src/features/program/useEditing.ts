import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { send } from "../../shared/http.ts";
import { asProblem, type Problem } from "../../shared/problem.ts";
import { draftPath, getDraft, type Draft } from "./api.ts";
import type { Files } from "./model/bundle.ts";

/** How long nothing changes before the draft is saved. */
const PAUSE_MS = 900;
/** Steps that can be undone. */
const STEPS_MAX = 100;
/** Changes of one field within this time are one step. */
const MERGE_MS = 1_200;

interface Steps {
  past: Files[];
  present: Files;
  future: Files[];
  /** What was changed last, and when: typing a word is one step. */
  last: { label: string; at: number } | null;
}

type Act =
  | { type: "edit"; files: Files; label: string; at: number }
  | { type: "undo" }
  | { type: "redo" }
  | { type: "reset"; files: Files };

/** The steps after an act. */
export function step(steps: Steps, act: Act): Steps {
  switch (act.type) {
    case "edit": {
      if (act.files === steps.present) return steps;
      const merge = steps.last?.label === act.label && act.at - steps.last.at < MERGE_MS;
      const past = merge ? steps.past : [...steps.past, steps.present].slice(-STEPS_MAX);
      return { past, present: act.files, future: [], last: { label: act.label, at: act.at } };
    }
    case "undo": {
      const before = steps.past.at(-1);
      if (!before) return steps;
      return { past: steps.past.slice(0, -1), present: before, future: [steps.present, ...steps.future], last: null };
    }
    case "redo": {
      const [after, ...future] = steps.future;
      if (!after) return steps;
      return { past: [...steps.past, steps.present], present: after, future, last: null };
    }
    case "reset":
      return { past: [], present: act.files, future: [], last: null };
  }
}

/** Somebody saved the draft meanwhile. */
export interface Conflict {
  theirs: Draft;
  /** What both began with. */
  base: Files;
}

/** How saving stands. */
export type Saving = "saved" | "pending" | "saving" | "failed" | "conflict";

/** A draft being edited. */
export interface Editing {
  files: Files;
  revision: number;
  saving: Saving;
  problem: Problem | null;
  conflict: Conflict | null;
  edit: (label: string, change: (files: Files) => Files) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
  /** Tries to save again. */
  retry: () => void;
  /** Saves now; false when it could not. */
  flush: () => Promise<boolean>;
  /** Ends a conflict: goes on from their revision with these files. */
  settle: (files: Files) => void;
}

/** Edits a draft: undo and redo, saving by itself, and a stop as soon as somebody else saved meanwhile. */
export function useEditing(draft: Draft, saved: (draft: Draft) => void): Editing {
  const [steps, act] = useReducer(step, { past: [], present: draft.files, future: [], last: null });
  const [server, setServer] = useState({ revision: draft.revision, files: draft.files });
  const [state, setState] = useState<"idle" | "saving" | "failed">("idle");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const running = useRef<Promise<boolean> | null>(null);
  const dirty = steps.present !== server.files;

  const save = useCallback(
    async (files: Files, from: { revision: number; files: Files }): Promise<boolean> => {
      setState("saving");
      setProblem(null);
      try {
        const next = await send<Draft>("PUT", draftPath(draft.id), { body: { revision: from.revision, files } });
        setServer({ revision: next.revision, files });
        setState("idle");
        saved(next);
        return true;
      } catch (error) {
        const found = asProblem(error);
        if (found.code === "draft-changed") {
          const theirs = await getDraft(draft.id).catch(() => null);
          if (theirs) setConflict({ theirs, base: from.files });
        }
        setProblem(found);
        setState("failed");
        return false;
      }
    },
    [draft.id, saved],
  );

  const flush = useCallback(async (): Promise<boolean> => {
    if (running.current) await running.current;
    if (conflict) return false;
    if (steps.present === server.files) return true;
    const run = save(steps.present, server);
    running.current = run;
    const done = await run;
    running.current = null;
    return done;
  }, [conflict, save, server, steps.present]);

  useEffect(() => {
    if (!dirty || conflict || state !== "idle") return undefined;
    const timer = setTimeout(() => void flush(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [dirty, conflict, state, flush]);

  // What was typed while off line goes up when the network is back.
  useEffect(() => {
    if (state !== "failed" || conflict) return undefined;
    const again = () => setState("idle");
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [state, conflict]);

  useEffect(() => {
    if (!dirty) return undefined;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, [dirty]);

  const edit = useCallback(
    (label: string, change: (files: Files) => Files) =>
      act({ type: "edit", files: change(steps.present), label, at: Date.now() }),
    [steps.present],
  );
  const settle = (files: Files) => {
    if (!conflict) return;
    setServer({ revision: conflict.theirs.revision, files: conflict.theirs.files });
    act(files === conflict.theirs.files ? { type: "reset", files } : { type: "edit", files, label: "settle", at: 0 });
    setConflict(null);
    setProblem(null);
    setState("idle");
  };
  return {
    files: steps.present,
    revision: server.revision,
    saving: conflict ? "conflict" : state === "idle" ? (dirty ? "pending" : "saved") : state,
    problem,
    conflict,
    edit,
    undo: steps.past.length > 0 ? () => act({ type: "undo" }) : null,
    redo: steps.future.length > 0 ? () => act({ type: "redo" }) : null,
    retry: () => setState("idle"),
    flush,
    settle,
  };
}
