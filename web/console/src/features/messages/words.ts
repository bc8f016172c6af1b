/** What the API's words are called here. */

type Say = (zh: string, en: string) => string;

export const STATES = ["failed", "waiting", "ready", "sending", "sent", "dropped"] as const;

/** Where a delivery stands. */
export function stateWord(state: string, say: Say): { text: string; color: string } {
  switch (state) {
    case "sent":
      return { text: say("已发送", "Sent"), color: "green" };
    case "failed":
      return { text: say("失败", "Failed"), color: "red" };
    case "dropped":
      return { text: say("不予发送", "Not to be sent"), color: "default" };
    case "waiting":
      return { text: say("等待中", "Waiting"), color: "blue" };
    default:
      return { text: say("发送中", "On its way"), color: "blue" };
  }
}

/** A channel. */
export function channelWord(channel: string, say: Say): string {
  switch (channel) {
    case "push":
      return say("应用推送", "App");
    case "web_push":
      return say("浏览器", "Browser");
    case "sms":
      return say("短信", "Text message");
    case "email":
      return say("邮件", "Mail");
    case "official_account":
      return say("公众号", "Official account");
    case "community":
      return say("社群", "Community");
    case "in_store":
      return say("门店", "In store");
    default:
      return channel;
  }
}

/** Why a channel did not carry a message. */
export function skipWord(why: string, say: Say): string {
  switch (why) {
    case "no-consent":
      return say("会员未同意", "no consent");
    case "no-address":
      return say("无联系方式", "no address");
    default:
      return say("发送失败", "failed");
  }
}

/** Where a mailing stands. */
export function mailingWord(state: string, say: Say): { text: string; color: string } {
  switch (state) {
    case "running":
      return { text: say("发送中", "Going out"), color: "blue" };
    case "stopped":
      return { text: say("已停止", "Stopped"), color: "orange" };
    default:
      return { text: say("已完成", "Done"), color: "green" };
  }
}
