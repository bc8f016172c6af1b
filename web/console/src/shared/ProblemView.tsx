import { Alert, Button, Space, Typography } from "antd";
import { useSay, type Say } from "./language.tsx";
import type { Problem } from "./problem.ts";
import { WhoCan } from "./WhoCan.tsx";

/** Title and advice for a problem; the server's own words where it has some. */
export function words(problem: Problem, say: Say): { title: string; advice: string } {
  switch (problem.code) {
    case "unreachable":
      return {
        title: say("连不上服务器", "The server cannot be reached"),
        advice: say(
          "您的输入都还在。请检查网络后重试；同一操作重复提交只会生效一次。",
          "What you entered is still here. Check the network and try again; the same action counts only once.",
        ),
      };
    case "not-confirmed":
      return {
        title: say("未做二次验证", "Not confirmed"),
        advice: say("没有任何改动。", "Nothing was changed."),
      };
    case "unexpected":
      return {
        title: say("页面出了问题", "The page ran into a problem"),
        advice: say("没有任何改动，请重新加载页面。", "Nothing was changed. Please reload the page."),
      };
    default:
      return { title: problem.title, advice: problem.detail };
  }
}

/** A problem with what to do about it and the id for support. */
export function ProblemView({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const say = useSay();
  const { title, advice } = words(problem, say);
  const denied = problem.status === 403 && problem.code !== "not-confirmed";
  return (
    <Alert
      type={denied || problem.code === "not-confirmed" ? "warning" : "error"}
      showIcon
      role="alert"
      title={title}
      description={
        <Space orientation="vertical" size={4}>
          {advice && <span>{advice}</span>}
          {problem.fields.map((field) => (
            <span key={field.pointer + field.code}>
              <code>{field.pointer}</code> {field.detail}
            </span>
          ))}
          {denied && typeof problem.facts["scope"] === "string" && <WhoCan scope={problem.facts["scope"]} />}
          {problem.retryAfter !== null && (
            <span>
              {say(`请在 ${problem.retryAfter} 秒后重试。`, `Please try again in ${problem.retryAfter} seconds.`)}
            </span>
          )}
          {problem.request && (
            <Typography.Text type="secondary" copyable={{ text: problem.request, tooltips: say("复制", "Copy") }}>
              {say("支持编号", "Support number")} {problem.request}
            </Typography.Text>
          )}
        </Space>
      }
      action={
        retry && !denied ? (
          <Button size="small" onClick={retry}>
            {say("重试", "Try again")}
          </Button>
        ) : undefined
      }
    />
  );
}
