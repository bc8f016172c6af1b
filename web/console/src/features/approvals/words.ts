import type { ApprovalState } from "../../shared/approval.ts";
import type { Say } from "../../shared/language.tsx";

/** How an action that needs approval is called. */
export function actionWord(action: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    adjust: ["调整积分", "Adjust points"],
    clear: ["清零积分", "Clear points"],
    erase: ["抹除个人资料", "Erase a person"],
    grant: ["发放积分", "Grant points"],
    publish: ["发布规则", "Publish rules"],
  };
  const word = words[action];
  return word ? say(...word) : action;
}

/** Where a request stands, with the color that goes with it. */
export function stateWord(state: ApprovalState, say: Say): { text: string; color: string } {
  const words: Record<ApprovalState, [string, string, string]> = {
    waiting: ["待审批", "Waiting", "gold"],
    approved: ["已批准", "Approved", "green"],
    declined: ["已拒绝", "Declined", "red"],
    withdrawn: ["已撤回", "Withdrawn", "default"],
    expired: ["已过期", "Expired", "default"],
    failed: ["执行失败", "Failed", "red"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}

/** Why the reader may not decide. */
export function whyNot(code: string | null, say: Say): string {
  switch (code) {
    case null:
      return "";
    case "own-request":
    case "own":
      return say("这是您自己的申请，须由同事审批。", "This is your own request; a colleague decides.");
    case "missing-scope":
    case "scope":
      return say("您的角色不能审批此类申请。", "Your role does not decide requests of this kind.");
    default:
      return say(`您不能审批此申请（${code}）。`, `You may not decide this request (${code}).`);
  }
}
