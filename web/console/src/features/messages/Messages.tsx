import { Tabs } from "antd";
import { useAddress } from "../../shared/address.ts";
import { useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { Kinds } from "./Kinds.tsx";
import { Mailings } from "./Mailings.tsx";

/** Messages to members: what left the house and what could not, and what there is to say. */
export default function Messages() {
  const say = useSay();
  const [{ tab }, go] = useAddress(["tab", "state", "cursor"]);
  return (
    <Page title={say("消息", "Messages")} needs="messages:read">
      <Tabs
        activeKey={tab || "deliveries"}
        onChange={(to) => go({ tab: to === "deliveries" ? null : to, state: null, cursor: null })}
        destroyOnHidden
        items={[
          { key: "deliveries", label: say("投递", "Deliveries"), children: <Deliveries /> },
          { key: "mailings", label: say("人工发送", "Mailings"), children: <Mailings /> },
          { key: "kinds", label: say("模板", "Templates"), children: <Kinds /> },
        ]}
      />
    </Page>
  );
}
