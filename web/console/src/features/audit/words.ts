import type { Say } from "../../shared/language.tsx";
import { whoWord } from "../../shared/who.ts";

/** Every action that is audited. */
export const WORDS: Record<string, [zh: string, en: string]> = {
  // sorted
  "approvals.approve": ["批准申请", "Request approved"],
  "approvals.ask": ["提交审批", "Approval asked for"],
  "approvals.decline": ["拒绝申请", "Request declined"],
  "approvals.expire": ["申请过期", "Request expired"],
  "approvals.withdraw": ["撤回申请", "Request withdrawn"],
  "assessments.dismiss": ["驳回等级评定", "Assessment dismissed"],
  "assessments.make": ["发起等级评定", "Assessment made"],
  "assessments.run": ["执行等级评定", "Assessment run"],
  "assessments.stop": ["停止等级评定", "Assessment stopped"],
  "bookings.slots": ["设置预约时段", "Times of a service set"],
  "clients.add": ["登记接口客户端", "API client registered"],
  "clients.remove": ["停用接口客户端", "API client stopped"],
  "clock.move": ["拨动沙盒时钟", "Sandbox clock moved"],
  "data.access": ["查看数据", "Data seen"],
  "data.restore": ["恢复数据", "Data restored"],
  "drills.run": ["恢复演练", "Restore rehearsed"],
  "members.change": ["修改会员资料", "Member changed"],
  "members.erase": ["抹除个人资料", "Person erased"],
  "members.reveal": ["查看完整个人资料", "Personal data shown"],
  "messages.consent": ["修改消息同意", "Consent changed"],
  "messages.retry": ["重试投递", "Delivery tried again"],
  "messages.send": ["发送消息", "Message sent"],
  "points.adjust": ["调整积分", "Points adjusted"],
  "points.clear": ["清零积分", "Points cleared"],
  "points.extend": ["延长有效期", "Date put off"],
  "pools.import": ["导入券码", "Codes taken in"],
  "pools.run_low": ["券码将尽", "Codes run low"],
  "price-plans.carry-out": ["执行调价方案", "Price plan carried out"],
  "price-plans.dismiss": ["放弃调价方案", "Price plan dismissed"],
  "price-plans.make": ["生成调价方案", "Price plan made"],
  "program.publish": ["发布规则", "Rules published"],
  "program.withdraw": ["撤回待生效规则", "Scheduled rules withdrawn"],
  "reviews.decide": ["处理迟到事件", "Late event decided"],
  "rewards.change": ["修改商品", "Reward changed"],
  "rewards.create": ["新增商品", "Reward added"],
  "rewards.stock": ["修改库存", "Stock changed"],
  "rewards.withdraw": ["下架商品", "Reward withdrawn"],
  "session.stolen": ["会话疑似被盗", "Session stolen"],
  "sign_in.confirm": ["二次验证", "Second factor confirmed"],
  "sign_in.confirm_device": ["确认新设备", "New device confirmed"],
  "sign_in.fail": ["登录失败", "Sign-in failed"],
  "sign_in.new_device": ["在新设备登录", "Signed in on a new device"],
  "sign_in.open": ["登录", "Signed in"],
  "spending.hold_back": ["拦截使用", "Spending held back"],
  "staff.add": ["添加员工", "Staff added"],
  "staff.change": ["修改员工", "Staff changed"],
  "staff.password": ["修改密码", "Password changed"],
  "staff.password_by_mail": ["通过邮件重设密码", "Password chosen anew by mail"],
  "staff.reset": ["重置员工登录", "Sign-in of staff reset"],
  "staff.reset_asked": ["申请重置密码", "Password reset asked for"],
  "tickets.add": ["补充申诉或建议", "Added to a ticket"],
  "tickets.answer": ["答复申诉或建议", "Ticket answered"],
  "tickets.open": ["提交申诉或建议", "Ticket opened"],
  "tiers.assign": ["调整等级", "Tier assigned"],
  "votes.close": ["结束投票", "Vote counted"],
  "votes.open": ["发起投票", "Vote opened"],
  "wake_ups.begin": ["启动唤醒计划", "Wake-up begun"],
  "wake_ups.stop": ["停止唤醒计划", "Wake-up stopped"],
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
  return actor.name ?? whoWord(actor.id, say);
}

/** What it was done to. */
export function objectName(object: { kind: string; id: string } | null | undefined, say: Say): string {
  if (!object) return "";
  const words: Record<string, [string, string]> = {
    assessment: ["等级评定", "Assessment"],
    backup: ["备份", "Backup"],
    delivery: ["投递", "Delivery"],
    message: ["消息", "Message"],
    price_plan: ["调价方案", "Price plan"],
    reward: ["商品", "Reward"],
    vote: ["投票", "Vote"],
    ticket: ["申诉或建议", "Ticket"],
    mailing: ["人工发送", "Mailing"],
    data: ["数据", "Data"],
    approval: ["申请", "Request"],
    client: ["客户端", "Client"],
    clock: ["时钟", "Clock"],
    draft: ["草稿", "Draft"],
    member: ["会员", "Member"],
    program: ["规则", "Rules"],
    review: ["审核", "Review"],
    rule_book: ["规则版本", "Rule book version"],
    staff: ["员工", "Staff"],
    version: ["版本", "Version"],
    wake_up: ["唤醒计划", "Wake-up"],
    wallet: ["钱包", "Wallet"],
  };
  const word = words[object.kind];
  const kind = word ? say(...word) : object.kind;
  return object.kind === object.id ? kind : `${kind} ${object.id}`;
}
