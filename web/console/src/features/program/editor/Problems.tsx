import { Alert, Button } from "antd";
import { useSay } from "../../../shared/language.tsx";
import type { Checked } from "../api.ts";
import type { List } from "../model/bundle.ts";
import type { Spotted } from "./context.ts";

interface Props {
  checked: Checked;
  problems: Spotted[];
  open: (list: List, at: number) => void;
}

/** What checking found: mistakes, warnings, examples that no longer come true. */
export function Problems({ checked, problems, open }: Props) {
  const say = useSay();
  const { passed, failed } = checked.examples;
  const well = problems.length === 0 && failed.length === 0;
  return (
    <div className="grid">
      {well && (
        <Alert
          type="success"
          showIcon
          title={say(`检查通过，${passed} 个示例全部符合。`, `All is well; ${passed} examples come true.`)}
        />
      )}
      {problems.map((problem) => (
        <Alert
          key={`${problem.file}:${problem.line}:${problem.column}:${problem.message}`}
          type={problem.severity === "mistake" ? "error" : "warning"}
          showIcon
          title={problem.message}
          description={
            <>
              {problem.suggestion && (
                <div>{say(`您是否想写：${problem.suggestion}`, `Did you mean ${problem.suggestion}?`)}</div>
              )}
              <span className="quiet">
                {problem.file}:{problem.line}:{problem.column}
              </span>
            </>
          }
          action={
            problem.list && (
              <Button size="small" onClick={() => problem.list && open(problem.list, problem.at)}>
                {say("去修改", "Mend it")}
              </Button>
            )
          }
        />
      ))}
      {failed.map((example) => (
        <Alert
          key={`${example.file}:${example.line}`}
          type="warning"
          showIcon
          title={say(`示例不符：${example.name}`, `An example does not come true: ${example.name}`)}
          description={say(
            `应为 ${example.expected}，实为 ${example.got}`,
            `expected ${example.expected}, got ${example.got}`,
          )}
        />
      ))}
    </div>
  );
}
