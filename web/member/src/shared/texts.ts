import { catalog } from "@jifen/look";

/** Texts that several pages show. */
export const texts = catalog({
  "app.back": { zh: "返回", en: "Back" },
  "app.close": { zh: "关闭", en: "Close" },
  "app.retry": { zh: "再试一次", en: "Try again" },
  "app.loading": { zh: "加载中", en: "Loading" },
  "app.skip": { zh: "跳到内容", en: "Skip to the content" },
  "app.missing": { zh: "没有这个页面", en: "There is no such page" },
  "app.missing.hint": { zh: "回到积分首页", en: "Go to your points" },
  "nav.label": { zh: "主导航", en: "Main" },
  "nav.wallet": { zh: "积分", en: "Points" },
  "nav.redeem": { zh: "兑换", en: "Redeem" },
  "nav.tasks": { zh: "任务", en: "Tasks" },
  "nav.rules": { zh: "规则", en: "Rules" },
  "nav.settings": { zh: "我的", en: "Me" },
  "offline.title": { zh: "当前没有网络", en: "You are offline" },
  "offline.seen": { zh: "显示的是 {at} 的积分", en: "These are your points as of {at}" },
  "failed.unreachable": { zh: "没有连上服务器", en: "The server did not answer" },
  "failed.unreachable.safe": {
    zh: "您的积分不受影响，请检查网络后再试。",
    en: "Your points are safe. Check your connection and try again.",
  },
  "failed.safe": { zh: "您的积分不受影响。", en: "Your points are safe." },
  "failed.request": { zh: "客服编号 {id}", en: "Number for support: {id}" },
  "failed.copy": { zh: "复制", en: "Copy" },
  "failed.copied": { zh: "已复制", en: "Copied" },
  "points.unit": { zh: "{n} {unit}", en: "{n} {unit}" },
});
