import type { Say } from "../../shared/language.tsx";

const WORDS: Record<string, [zh: string, en: string]> = {
  // sorted
  "approvals.approve": ["批准申请", "Request approved"],
  "approvals.ask": ["提交审批", "Approval asked for"],
  "approvals.decline": ["拒绝申请", "Request declined"],
  "approvals.withdraw": ["撤回申请", "Request withdrawn"],
  "clients.add": ["登记接口客户端", "API client registered"],
  "clients.remove": ["停用接口客户端", "API client stopped"],
  "clock.move": ["拨动沙盒时钟", "Sandbox clock moved"],
  "data.access": ["查看数据", "Data seen"],
  "members.change": ["修改会员资料", "Member changed"],
  "members.erase": ["抹除个人资料", "Person erased"],
  "members.reveal": ["查看完整个人资料", "Personal data shown"],
  "points.adjust": ["调整积分", "Points adjusted"],
  "points.clear": ["清零积分", "Points cleared"],
  "program.publish": ["发布规则", "Rules published"],
  "program.withdraw": ["撤回待生效规则", "Scheduled rules withdrawn"],
  "reviews.decide": ["处理迟到事件", "Late event decided"],
  "sign_in.confirm": ["二次验证", "Second factor confirmed"],
  "sign_in.fail": ["登录失败", "Sign-in failed"],
  "sign_in.open": ["登录", "Signed in"],
  "staff.add": ["添加员工", "Staff added"],
  "staff.change": ["修改员工", "Staff changed"],
  "staff.reset_asked": ["申请重置密码", "Password reset asked for"],
  "tiers.assign": ["调整等级", "Tier assigned"],
  "wallets.freeze": ["冻结积分", "Points frozen"],
  "wallets.unfreeze": ["解冻积分", "Freeze ended"],
};

/** How an audited action is called; one that has no words here keeps its own. */
export function actionName(action: string, say: Say): string {
  const words = WORDS[action];
  return words ? say(...words) : action;
}

/** Who did it: people by their names, everything else by what it is. */
export function actorName(actor: { kind: string; id: string; name?: string | null }, say: Say): string {
  const words: Record<string, [string, string]> = {
    anyone: ["未登录者", "Not signed in"],
    sandbox: ["沙盒", "Sandbox"],
    seed: ["初始数据", "First data"],
    system: ["系统", "System"],
  };
  const word = words[actor.id];
  return actor.name ?? (word ? say(...word) : actor.id);
}

/** What it was done to. */
export function objectName(object: { kind: string; id: string } | null | undefined, say: Say): string {
  if (!object) return "";
  const words: Record<string, [string, string]> = {
    approval: ["申请", "Request"],
    client: ["客户端", "Client"],
    clock: ["时钟", "Clock"],
    draft: ["草稿", "Draft"],
    member: ["会员", "Member"],
    program: ["规则", "Rules"],
    review: ["审核", "Review"],
    staff: ["员工", "Staff"],
    version: ["版本", "Version"],
    wallet: ["钱包", "Wallet"],
  };
  const word = words[object.kind];
  const kind = word ? say(...word) : object.kind;
  return object.kind === object.id ? kind : `${kind} ${object.id}`;
}
