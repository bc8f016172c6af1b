import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "积分自助兑换", en: "Redeem points here" },
  "set.title": { zh: "启用自助机", en: "Set up this kiosk" },
  "set.about": {
    zh: "请工作人员输入本机的访问令牌（权限 members:identify）。令牌只保存在本机。",
    en: "Staff enter this device's access token (scope members:identify). It stays on this device.",
  },
  "set.token": { zh: "访问令牌", en: "Access token" },
  "set.done": { zh: "启用", en: "Set up" },
  show: { zh: "请出示会员码", en: "Show your card" },
  "show.how": {
    zh: "打开会员应用的“会员码”，对准扫码口、贴近 NFC 感应区，或在刷脸终端确认。",
    en: "Open “My card” in the app and show it to the scanner or the NFC reader, or look into the face terminal.",
  },
  "show.field": { zh: "会员码", en: "Card" },
  "show.go": { zh: "开始", en: "Begin" },
  reading: { zh: "正在识别", en: "Reading it" },
  "card.wrong": { zh: "会员码已失效，请刷新后再出示。", en: "That card counts no more. Renew it and show it again." },
  "token.wrong": { zh: "本机未授权，请联系工作人员。", en: "This kiosk is not let in. Please call staff." },
  hello: { zh: "您有 {points}", en: "You have {points}" },
  choose: { zh: "选一样", en: "Choose one" },
  none: { zh: "您的积分现在还换不到商品。", en: "Your points do not buy anything yet." },
  back: { zh: "返回", en: "Back" },
  finish: { zh: "结束", en: "Finish" },
  "finish.about": { zh: "离开前请点“结束”。", en: "Tap “Finish” before you leave." },
  idle: { zh: "还在吗", en: "Are you still there" },
  "idle.about": { zh: "{n} 秒后自动结束。", en: "This ends by itself in {n} seconds." },
  "idle.stay": { zh: "继续", en: "Go on" },
  voucher: {
    zh: "请拍下或记下券码，也可在会员应用的“我的兑换”中查看。",
    en: "Take a picture of the code, or find it in the app under “My redemptions”.",
  },
  pay: {
    zh: "请在会员应用的“我的兑换”中付款，付清后即可使用。",
    en: "Pay in the app under “My redemptions”; it can be used then.",
  },
});
