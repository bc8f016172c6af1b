import type { Say } from "../../shared/language.tsx";

/** How an audited action is called; one that has no words here keeps its own. */
export function actionName(action: string, say: Say): string {
  void say;
  return action;
}
