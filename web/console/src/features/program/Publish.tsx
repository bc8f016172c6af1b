import { Alert, DatePicker, Form, Input, Modal } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useFormat } from "../../shared/format.ts";
import { change } from "../../shared/http.ts";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { asProblem } from "../../shared/problem.ts";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { startOfDay } from "../../shared/zoned.ts";
import { draftPath, type Checked, type Draft, type Version } from "./api.ts";
import { Changes } from "./Changes.tsx";
import { Difference, Overruns, useDryRun } from "./DryRunView.tsx";

interface Props {
  draft: Draft;
  revision: number;
  checked: Checked;
  open: boolean;
  close: () => void;
  published: () => void;
}

/** Publishing: what changes, what it costs, from when; then the code, then perhaps a colleague. */
export function Publish({ draft, revision, checked, open, close, published }: Props) {
  const say = useSay();
  const format = useFormat();
  const { session } = useSession();
  const [key, nextKey] = useActionKey();
  const [form] = Form.useForm<{ from?: Dayjs; note: string }>();
  const run = useDryRun(draft.id, revision, "", open);
  const mistakes = checked.problems.filter((problem) => problem.severity === "mistake");
  const earliest = checked.notice.required_days > 0 ? checked.notice.earliest_from : null;
  const {
    run: publish,
    busy,
    problem,
  } = useChange<{ from?: Dayjs; note: string }, Version>({
    act: ({ from, note }) =>
      change("POST", draftPath(draft.id, "/publish"), {
        headers: { "Idempotency-Key": key },
        body: {
          revision,
          note: note.trim(),
          ...(from ? { from: startOfDay(from.format("YYYY-MM-DD"), session.program.zone) } : {}),
        },
      }),
    stale: [["drafts"], ["program"]],
    done: say("已发布", "Published"),
    settled: () => {
      nextKey();
      close();
      published();
    },
  });
  return (
    <Modal
      open={open}
      width={860}
      title={say("发布规则", "Publish the rules")}
      okText={say("发布", "Publish")}
      cancelText={say("取消", "Cancel")}
      okButtonProps={{ loading: busy, disabled: mistakes.length > 0 || checked.changes.length === 0 }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      {mistakes.length > 0 && (
        <Alert
          type="error"
          title={say(
            `还有 ${mistakes.length} 处错误，改好才能发布。`,
            `${mistakes.length} mistakes must be mended first.`,
          )}
        />
      )}
      <Changes changes={checked.changes} />
      <div className="grid" style={{ margin: "12px 0" }}>
        {run.data && run.data.events > 0 && <Difference run={run.data} />}
        {run.data && <Overruns overruns={run.data.overruns} />}
        {run.isError && (
          <Alert
            type="warning"
            title={say("试算未完成", "The dry run did not finish")}
            description={asProblem(run.error).detail || asProblem(run.error).title}
          />
        )}
        {earliest ? (
          <Alert
            type="warning"
            showIcon
            title={say(
              `有对会员不利的改动，须提前 ${checked.notice.required_days} 天公告。`,
              `Some changes are to members' disadvantage: ${checked.notice.required_days} days' notice.`,
            )}
            description={say(
              `最早 ${format.instant(earliest)} 生效；发布时即向会员公告。`,
              `They begin on ${format.instant(earliest)} at the earliest; members are told when you publish.`,
            )}
          />
        ) : (
          <Alert
            type="success"
            title={say(
              "没有对会员不利的改动，可以立即生效。",
              "Nothing is to members' disadvantage; it may begin at once.",
            )}
          />
        )}
      </div>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={publish} initialValues={{ note: draft.note }}>
        <Form.Item
          name="from"
          label={say("生效日期", "Begins on")}
          extra={say("不填：满足公告期后尽早生效。", "Empty: as soon as notice allows.")}
        >
          <DatePicker style={{ width: "100%" }} {...(earliest ? { minDate: dayjs(earliest) } : {})} />
        </Form.Item>
        <Form.Item
          name="note"
          label={say("改了什么、为什么", "What changes, and why")}
          rules={[{ required: true, whitespace: true, message: say("请写明原因", "Please say why") }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}
