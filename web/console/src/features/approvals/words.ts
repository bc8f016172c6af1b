import type { Approval } from "../../shared/approval.ts";
import type { Say } from "../../shared/language.tsx";

/** How an action that needs approval is called. */
export function actionWord(action: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    assign_tier: ["调整等级", "Put into a tier"],
    clear: ["清零积分", "Clear points"],
    data_access: ["查看数据", "See data"],
    erase: ["抹除个人资料", "Erase a person"],
    grant: ["调整积分", "Adjust points"],
    publish: ["发布规则", "Publish rules"],
    unfreeze: ["解冻积分", "End a freeze"],
  };
  const word = words[action];
  return word ? say(...word) : action;
}

/** Where a request stands, with the color that goes with it. */
export function stateWord(state: string, say: Say): { text: string; color: string } {
  const words: Record<string, [string, string, string]> = {
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
export function whyNot(code: string | null | undefined, say: Say): string {
  switch (code) {
    case "approval-decided":
      return say("这份申请已经处理。", "This request is decided.");
    case "approval-own":
      return say("这是您自己的申请，须由同事审批。", "This is your own request; a colleague decides.");
    case "approval-role":
      return say("这类申请由其他角色审批。", "Another role decides requests of this kind.");
    default:
      return say("您的角色不能审批。", "Your role does not decide requests.");
  }
}

/** Why a change takes a second person. */
export function becauseText(because: Approval["because"][number], say: Say): string {
  const { maximum, value } = because;
  const words: Record<string, [string, string]> = {
    always: ["此类操作一律须审批", "always takes a second person"],
    each: [`单笔 ${value} 超过 ${maximum}`, `${value} at once is more than ${maximum}`],
    member_day: [
      `该会员当日合计 ${value} 超过 ${maximum}`,
      `${value} for this member in a day is more than ${maximum}`,
    ],
    role_day: [`本角色当日合计 ${value} 超过 ${maximum}`, `${value} in a day is more than the role's ${maximum}`],
    role_each: [`单笔 ${value} 超过本角色额度 ${maximum}`, `${value} is more than the role's ceiling of ${maximum}`],
    tier_rank: ["该等级须两人办理", "this tier takes two people"],
    unusual: [`${value} 明显高于该会员平时的水平`, `${value} is far more than usual for this member`],
  };
  const found = words[because.rule];
  return found ? say(...found) : because.rule;
}
