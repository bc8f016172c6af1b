import type { components } from "@jifen/api";
import { DatePicker, Form, Input, InputNumber, Switch } from "antd";
import type { Dayjs } from "dayjs";
import { FormModal } from "../../shared/FormModal.tsx";
import { send } from "../../shared/http.ts";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { useProgram } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { endOfDay } from "../../shared/zoned.ts";
import { optionsOf, OPTIONS_MAX } from "./options.ts";

type Schemas = components["schemas"];

interface Fields {
  zh: string;
  en?: string;
  options: string;
  until: Dayjs;
  becomes: boolean;
  points?: number;
}

/** Asks members to choose: a question, what there is to choose, until when, and what becomes of the winner. */
export function NewVote({ close }: { close: () => void }) {
  const say = useSay();
  const { zone } = useProgram();
  const [form] = Form.useForm<Fields>();
  const becomes = Form.useWatch("becomes", form) === true;
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<Fields, Schemas["Vote"]>({
    act: async ({ zh, en, options, until, becomes, points }) => ({
      done: true,
      value: await send<Schemas["Vote"]>("POST", "/v1/votes", {
        headers: { "Idempotency-Key": key },
        body: {
          name: { zh: zh.trim(), en: en?.trim() || zh.trim() },
          options: optionsOf(options),
          until: endOfDay(until.format("YYYY-MM-DD"), zone),
          ...(becomes && points ? { reward: { kind: "goods", category: "daily", points } } : {}),
        },
      }),
    }),
    stale: [["votes"]],
    done: say("投票已发起", "Members are asked"),
    settled: close,
  });
  const needed = { required: true, message: say("请填写", "Please fill this in") };
  return (
    <FormModal
      title={say("发起投票", "Ask members")}
      verb={say("发起", "Ask")}
      form={form}
      initial={{ becomes: false, points: 500 }}
      busy={busy}
      problem={problem}
      changed={nextKey}
      submit={run}
      close={close}
    >
      <div className="pair">
        <Form.Item name="zh" label={say("问题 · 中文", "Question · Chinese")} rules={[{ ...needed, whitespace: true }]}>
          <Input maxLength={100} placeholder="下一款联名杯选哪个" />
        </Form.Item>
        <Form.Item name="en" label={say("问题 · 英文（可不填）", "Question · English (optional)")}>
          <Input maxLength={100} />
        </Form.Item>
      </div>
      <Form.Item
        name="options"
        label={say("选项，每行一个，英文写在 | 之后（可不写）", "Options, one a line; English after | (optional)")}
        rules={[
          needed,
          {
            validator: (_, value: string | undefined) => {
              const count = optionsOf(value ?? "").length;
              return count >= 2 && count <= OPTIONS_MAX
                ? Promise.resolve()
                : Promise.reject(
                    new Error(say(`请写 2 至 ${OPTIONS_MAX} 个选项`, `2 to ${OPTIONS_MAX} options, please`)),
                  );
            },
          },
        ]}
      >
        <Input.TextArea rows={4} placeholder={"猫 | Cat\n狗 | Dog"} />
      </Form.Item>
      <Form.Item name="until" label={say("最后一天", "Last day")} rules={[needed]}>
        <DatePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item
        name="becomes"
        valuePropName="checked"
        label={say(
          "得票最多的成为商品草稿（上架前会员看不到）",
          "What wins becomes the draft of a reward, which nobody sees yet",
        )}
      >
        <Switch />
      </Form.Item>
      {becomes && (
        <Form.Item name="points" label={say("初始价格（积分）", "Price it begins with, in points")} rules={[needed]}>
          <InputNumber min={1} max={1_000_000_000} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      )}
    </FormModal>
  );
}
