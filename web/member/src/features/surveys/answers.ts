import type { Question, Saying } from "./data.ts";

/** What was said so far, by question. */
export type Answers = Record<string, Saying>;

function isSaid(saying: Saying | undefined): boolean {
  if (saying === undefined) return false;
  return typeof saying === "number" || (typeof saying === "string" ? saying.trim() !== "" : saying.length > 0);
}

/** What can be sent: nothing for questions that were left out. */
export function said(questions: Question[], answers: Answers): Answers {
  return Object.fromEntries(
    questions.filter(({ id }) => isSaid(answers[id])).map(({ id }) => [id, answers[id] as Saying]),
  );
}

/** Questions that must be answered and are not. */
export function missing(questions: Question[], answers: Answers): Question[] {
  return questions.filter(({ id, optional }) => !optional && !isSaid(answers[id]));
}

/** Several options with one more, or one less. */
export function toggled(saying: Saying | undefined, option: string): string[] {
  const chosen = Array.isArray(saying) ? saying : [];
  return chosen.includes(option) ? chosen.filter((one) => one !== option) : [...chosen, option];
}
