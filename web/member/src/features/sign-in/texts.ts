import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "登录查看积分", en: "Sign in to see your points" },
  contact: { zh: "手机号或邮箱", en: "Phone number or e-mail" },
  "contact.wrong": { zh: "请输入手机号或邮箱地址。", en: "Enter a phone number or an e-mail address." },
  send: { zh: "获取验证码", en: "Send me a code" },
  sent: {
    zh: "如果 {contact} 属于会员，验证码已发出。请在下面输入。",
    en: "If {contact} belongs to a member, a code is on its way. Enter it below.",
  },
  code: { zh: "验证码", en: "Code" },
  "sign.in": { zh: "登录", en: "Sign in" },
  again: { zh: "换一个号码或重新发送", en: "Another number, or send it again" },
  app: {
    zh: "也可以从商家的应用里直接打开，无需验证码。",
    en: "You can also open this from the shop's own app; no code is needed then.",
  },
  stranger: {
    zh: "当前登录的不是会员。请用会员的手机号或邮箱登录。",
    en: "The present sign-in is not a member's. Sign in with a member's phone number or e-mail.",
  },
  busy: { zh: "请稍候", en: "One moment" },
});
