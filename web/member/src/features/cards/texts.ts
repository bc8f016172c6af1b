import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "会员码", en: "My card" },
  about: {
    zh: "在柜台或自助机出示。一分钟内有效，只能使用一次，会自动更新。",
    en: "Show it at a counter or kiosk. It counts for a minute and once, and renews itself.",
  },
  qr: { zh: "会员码的二维码", en: "QR code of your card" },
  renews: { zh: "{clock} 后更新", en: "renews in {clock}" },
  copy: { zh: "复制会员码（NFC 或手工输入）", en: "Copy it, for NFC or to type" },
  private: { zh: "请勿把会员码发给他人。", en: "Send it to nobody." },
});
