import { Result } from "antd";
import { Link } from "react-router";
import { useSay } from "../shared/language.tsx";
import { Page } from "../shared/Page.tsx";

/** What an address shows that no page has. */
export default function NoPage() {
  const say = useSay();
  return (
    <Page title={say("没有这个页面", "There is no such page")}>
      <Result status="404" extra={<Link to="/">{say("回到总览", "To the overview")}</Link>} />
    </Page>
  );
}
