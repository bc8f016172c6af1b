import type { components } from "@jifen/api";
import { Button, Form, Input, Select } from "antd";
import { send } from "../../shared/http.ts";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { RESULTS, resultWord } from "./words.ts";

type Ticket = components["schemas"]["Ticket"];

interface Fields {
  text: string;
  result?: string;
}

/** Answers a ticket; a result closes it. The member reads the answer in their messages. */
export function AnswerForm({ ticket }: { ticket: string }) {
  const say = useSay();
  const { can } = useSession();
  const [form] = Form.useForm<Fields>();
  const result = Form.useWatch("result", form);
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<Fields, Ticket>({
    act: async ({ text, result }) => ({
      done: true,
      value: await send<Ticket>("POST", `/v1/tickets/${encodeURIComponent(ticket)}/answers`, {
        headers: { "Idempotency-Key": key },
        body: { text: text.trim(), ...(result ? { result } : {}) },
      }),
    }),
    stale: [["tickets"]],
    done: say("已答复，会员会收到消息", "The member gets your answer"),
    settled: nextKey,
  });
  if (!can("tickets:write")) return null;
  return (
    <Form form={form} layout="vertical" requiredMark={false} onValuesChange={nextKey} onFinish={run}>
      <Form.Item
        name="text"
        label={say("答复（会员可见，加密保存）", "Answer (the member reads it; kept encrypted)")}
        rules={[{ required: true, whitespace: true, message: say("请填写答复", "Please write an answer") }]}
      >
        <Input.TextArea rows={4} maxLength={2000} showCount />
      </Form.Item>
      <Form.Item name="result" label={say("结果（选择即办结）", "Result (closes it)")}>
        <Select
          allowClear
          placeholder={say("暂不办结", "Leave it open")}
          options={RESULTS.map((value) => ({ value, label: resultWord(value, say) }))}
        />
      </Form.Item>
      {problem && <ProblemView problem={problem} />}
      <Button type="primary" htmlType="submit" loading={busy}>
        {result ? say("答复并办结", "Answer and close") : say("答复", "Answer")}
      </Button>
    </Form>
  );
}
