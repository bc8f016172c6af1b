import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "我的", en: "Me" },
  member: { zh: "会员号", en: "Member" },
  name: { zh: "姓名", en: "Name" },
  phone: { zh: "手机号", en: "Phone" },
  tier: { zh: "等级", en: "Tier" },
  since: { zh: "加入时间", en: "Member since" },
  lang: { zh: "语言", en: "Language" },
  theme: { zh: "外观", en: "Appearance" },
  "theme.system": { zh: "跟随系统", en: "Like the device" },
  "theme.light": { zh: "浅色", en: "Light" },
  "theme.dark": { zh: "深色", en: "Dark" },
  plain: { zh: "大字简明模式", en: "Plain mode with large type" },
  "plain.about": { zh: "字更大，一次只看一件事。", en: "Larger letters, one thing at a time." },
  out: { zh: "退出登录", en: "Sign out" },
  "out.about": { zh: "退出后，本机不再保留您的积分信息。", en: "This device then keeps nothing about your points." },
  until: { zh: "登录有效至 {at}", en: "Signed in until {at}" },
});
