import type { Say } from "./language.tsx";

/** Events that rules usually answer. */
export const EVENTS: Record<string, [zh: string, en: string]> = {
  "order.paid": ["付款", "Order paid"],
  "order.collected": ["到店自提", "Order collected"],
  "order.completed": ["订单完成", "Order completed"],
  "member.registered": ["注册入会", "Registered"],
  "member.signed_in": ["每日签到", "Daily sign-in"],
  "member.profile_completed": ["完善资料", "Profile completed"],
  "member.social_bound": ["绑定社交账号", "Social account bound"],
  "review.posted": ["发表评价", "Review posted"],
  "review.featured": ["评价精选", "Review featured"],
  "content.shared": ["分享内容", "Content shared"],
  "referral.joined": ["邀请成功", "Referral joined"],
  "quiz.answered": ["答题", "Quiz answered"],
  "task.completed": ["完成任务", "Task completed"],
  "session.attended": ["参加活动", "Session attended"],
  "stream.joined": ["观看直播", "Stream joined"],
  "green.action": ["环保行为", "Green action"],
  "card.collected": ["集到卡片", "Card collected"],
  "content.liked": ["内容获赞", "Content liked"],
  "member.birthday": ["会员生日", "Birthday"],
  "member.anniversary": ["入会周年", "Anniversary"],
  "order.cancelled": ["订单取消", "Order cancelled"],
  "order.refunded": ["订单退款", "Order refunded"],
  "page.viewed": ["浏览页面", "Page viewed"],
  "referral.bound": ["好友绑定", "Friend bound"],
  "referral.completed": ["好友首单", "Friend's first order"],
  "referral.redeemed": ["好友首次兑换", "Friend's first redemption"],
  "referral.welcomed": ["受邀人获礼", "Welcome of a friend"],
  "steps.recorded": ["记录步数", "Steps recorded"],
  "vote.cast": ["参与投票", "Ballot cast"],
  "member.logged_in": ["登录", "Logged in"],
  "content.reposted": ["内容转发", "Content reposted"],
  "community.content_shared": ["社群分享", "Shared in the community"],
  "community.relay_joined": ["参与社群接龙", "Community relay joined"],
  "community.signed_in": ["社群签到", "Signed in to the community"],
  "health.checked_in": ["健康打卡", "Health check-in"],
  "story.featured": ["故事入选", "Story featured"],
  "topic.joined": ["参与话题", "Topic joined"],
};

/** How an event type is called. */
export function eventWord(type: string, say: Say): string {
  const words = EVENTS[type];
  return words ? say(...words) : type;
}
