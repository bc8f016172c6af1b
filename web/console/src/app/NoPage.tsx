import { Result } from "antd";
import { Link } from "react-router";
import { useSay } from "../shared/language.tsx";

/** What an address shows that no page has. */
export default function NoPage() {
  const say = useSay();
  return (
    <Result
      status="404"
      title={say("没有这个页面", "There is no such page")}
      extra={<Link to="/">{say("回到总览", "To the overview")}</Link>}
    />
  );
}
