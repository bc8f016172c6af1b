import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "消息", en: "Messages" },
  unread: { zh: "未读", en: "Unread" },
  none: { zh: "您还没有消息。", en: "You have no messages yet." },
  "read.all": { zh: "全部标为已读", en: "Mark all as read" },
  open: { zh: "查看", en: "Go there" },
  more: { zh: "更早的", en: "Earlier" },
  loading: { zh: "加载中", en: "Loading" },
  settings: { zh: "消息设置", en: "Message settings" },
  "settings.about": {
    zh: "站内消息始终保留。其他渠道由您决定：服务消息与您的积分有关，优惠消息须经您同意。",
    en: "The inbox is always there. The other ways are up to you: service messages concern your points, offers need your consent.",
  },
  service: { zh: "服务消息", en: "Service" },
  marketing: { zh: "优惠消息", en: "Offers" },
  "channel.push": { zh: "手机应用", en: "App" },
  "channel.sms": { zh: "短信", en: "Text message" },
  "channel.email": { zh: "邮件", en: "Mail" },
  "channel.web_push": { zh: "浏览器通知", en: "Browser" },
  "channel.official_account": { zh: "公众号", en: "Official account" },
  "channel.community": { zh: "社群", en: "Community" },
  "channel.in_store": { zh: "门店", en: "In store" },
  browser: { zh: "在此浏览器接收通知", en: "Show messages in this browser" },
  close: { zh: "关闭", en: "Close" },
  "browser.about": { zh: "即使没有打开本页面也能收到。", en: "Even while this page is closed." },
  "browser.impossible": { zh: "此浏览器不支持通知。", en: "This browser cannot show messages." },
  "browser.denied": {
    zh: "您在浏览器中拒绝了通知，请在浏览器设置中允许后再试。",
    en: "Messages are blocked in your browser's settings. Allow them there first.",
  },
});
