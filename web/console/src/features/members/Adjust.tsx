import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Alert, DatePicker, Form, Input, InputNumber, Modal, Segmented, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { Answer } from "../../shared/Answer.tsx";
import { useFormat } from "../../shared/format.ts";
import { change } from "../../shared/http.ts";
import { useActionKey } from "../../shared/key.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Points } from "../../shared/Points.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useProgramInForce } from "../../shared/program.ts";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { memberPath, useWallet, type Member } from "./api.ts";
import { worth } from "./worth.ts";
import { endOfDay } from "../../shared/zoned.ts";

interface Fields {
  way: "add" | "take";
  unit: string;
  points: number;
  reason: string;
  through?: Dayjs;
}

interface Body {
  unit: string;
  points: number;
  reason: string;
  expires_at?: string;
}

type Adjusted = components["schemas"]["Adjustment"];

/** Adding points or taking them away: first what it will do, then the reason, then (the server says) a code or a colleague. */
export function Adjust({ member, open, close }: { member: Member; open: boolean; close: () => void }) {
  const say = useSay();
  const [preview, setPreview] = useState<Body | null>(null);
  const [key, nextKey] = useActionKey();
  const [form] = Form.useForm<Fields>();
  const { session } = useSession();
  const leave = () => {
    setPreview(null);
    close();
  };
  const { run, busy, problem, reset } = useChange<Body, unknown>({
    act: (body) => change("POST", memberPath(member.id, "/adjustments"), { body, headers: { "Idempotency-Key": key } }),
    stale: [["members"]],
    done: say("已调整", "Adjusted"),
    settled: () => {
      nextKey();
      form.resetFields();
      leave();
    },
  });
  const look = ({ way, unit, points, reason, through }: Fields) => {
    reset();
    nextKey();
    setPreview({
      unit,
      points: way === "add" ? points : -points,
      reason: reason.trim(),
      ...(way === "add" && through ? { expires_at: endOfDay(through.format("YYYY-MM-DD"), session.program.zone) } : {}),
    });
  };
  return (
    <Modal
      open={open}
      title={say(`调整会员 ${member.id} 的积分`, `Adjust the points of member ${member.id}`)}
      okText={preview ? say("确认执行", "Do it") : say("预览", "Preview")}
      cancelText={preview ? say("返回修改", "Back") : say("取消", "Cancel")}
      okButtonProps={{ loading: busy, danger: preview !== null && preview.points < 0 }}
      onOk={() => (preview ? run(preview) : form.submit())}
      onCancel={() => (preview ? setPreview(null) : leave())}
    >
      <div hidden={preview !== null}>
        <AdjustForm form={form} submit={look} />
      </div>
      {preview && <Preview member={member} body={preview} />}
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}

function AdjustForm({
  form,
  submit,
}: {
  form: ReturnType<typeof Form.useForm<Fields>>[0];
  submit: (fields: Fields) => void;
}) {
  const say = useSay();
  const name = useName();
  const program = useProgramInForce();
  const units = program.data?.units ?? [];
  const way = Form.useWatch("way", form);
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={submit}
      initialValues={{ way: "add", unit: units[0]?.id }}
    >
      <Form.Item name="way" label={say("方式", "Way")}>
        <Segmented
          options={[
            { value: "add", label: say("发放", "Add") },
            { value: "take", label: say("扣除", "Take away") },
          ]}
        />
      </Form.Item>
      <Form.Item name="unit" label={say("积分单位", "Unit")} hidden={units.length < 2} rules={[{ required: true }]}>
        <Select options={units.map((unit) => ({ value: unit.id, label: name(unit.name) }))} />
      </Form.Item>
      <Form.Item
        name="points"
        label={say("数量", "How many")}
        rules={[{ required: true, message: say("请输入数量", "Enter a number") }]}
      >
        <InputNumber min={1} max={900_000_000_000} precision={0} style={{ width: "100%" }} />
      </Form.Item>
      {way === "add" && (
        <Form.Item
          name="through"
          label={say("有效至（可不填）", "Valid through (optional)")}
          extra={say("不填按方案的有效期。", "Without it, as the rules say.")}
        >
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      )}
      <Form.Item
        name="reason"
        label={say("原因", "Reason")}
        rules={[{ required: true, whitespace: true, message: say("请写明原因", "Please say why") }]}
      >
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
    </Form>
  );
}

/** What the adjustment would do, as the server says it. */
function Preview({ member, body }: { member: Member; body: Body }) {
  const say = useSay();
  const format = useFormat();
  const program = useProgramInForce().data;
  const wallet = useWallet(member.id);
  const tried = useQuery({
    queryKey: ["members", member.id, "preview", body],
    queryFn: () =>
      change<Adjusted>("POST", memberPath(member.id, "/adjustments?dry_run=true"), {
        body,
        headers: { "Idempotency-Key": crypto.randomUUID() },
      }),
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  const amount = (units: { unit: string; available: number }[] | undefined) =>
    units?.find((unit) => unit.unit === body.unit)?.available ?? 0;
  const available = amount(wallet.data?.units);
  const value = program?.units.find((unit) => unit.id === body.unit)?.value;
  const money = value && program ? worth(Math.abs(body.points), value, program.currency) : null;
  return (
    <Answer query={tried} rows={2}>
      {(outcome) => (
        <Alert
          type={body.points < 0 || !outcome.done ? "warning" : "info"}
          style={{ marginBottom: 12 }}
          title={
            <>
              {say("影响 1 位会员，", "Touches 1 member, ")}
              <Points value={body.points} signed strong /> {say("分", "points")}
              {money && <> ({say(`约 ${format.money(money)}`, `about ${format.money(money)}`)})</>}
            </>
          }
          description={
            <>
              <p>
                {say("可用积分", "Available points")} <Points value={available} /> →{" "}
                <Points value={outcome.done ? amount(outcome.value.wallet.units) : available + body.points} strong />
              </p>
              <p>
                {say("原因：", "Reason: ")}
                {body.reason}
              </p>
              {!outcome.done && (
                <p>
                  {say(
                    "超过额度，提交后由同事批准，批准前不会到账。",
                    "Above the ceiling: a colleague decides first, and nothing moves before.",
                  )}
                </p>
              )}
            </>
          }
        />
      )}
    </Answer>
  );
}
